package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.status.InjectionState;
import dev.wstuning.operator.pod.status.Requests;
import dev.wstuning.operator.pod.status.StatusFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which changes of a status are written at once. */
class PressingTest {

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");

  @Test
  void anotherNumberOfPodsAndConnectionsMayWait() {
    assertThat(pressing(read(status(asked(2, 3))))).isEqualTo(pressing(status(asked(4, 7))));
  }

  /** While pods are replaced, the last one that was observed goes before another is observed. */
  @Test
  void whetherAPodIsObservedYetMayWait() {
    VerdictInputBuilder starting = asked(0, 0).pod(observed("chat-9")).wasReady();

    assertThat(pressing(read(status(asked(2, 3))))).isEqualTo(pressing(status(starting)));
  }

  @Test
  void anotherConditionIsPressing() {
    VerdictInputBuilder wrong =
        asked(1, 3).pod(observed("chat-9").seen(node().port(8080, 3, 7200).build()));

    assertThat(pressing(read(status(asked(2, 3))))).isNotEqualTo(pressing(status(wrong)));
  }

  /** The operator reads it back from the status. */
  @Test
  void podsThatGotAnotherOwnerArePressing() {
    VerdictInputBuilder fewer = asked(2, 3).ownedByOther(Map.of("older", 1));
    VerdictInputBuilder more = asked(2, 3).ownedByOther(Map.of("older", 2));

    assertThat(pressing(read(status(fewer)))).isNotEqualTo(pressing(status(more)));
  }

  private static String pressing(WebSocketTuningStatus status) {
    return Serialization.asJson(PodWiring.pressing(status));
  }

  private static VerdictInputBuilder asked(int pods, int connections) {
    VerdictInputBuilder input = VerdictInputBuilder.of(tune().keepalive(300, 10, 5));
    for (int i = 0; i < pods; i++) {
      input.pod(
          observed("chat-" + i)
              .seen(node().keepalive("300", "10", "5").port(8080, connections, 300).build()));
    }
    return input;
  }

  private WebSocketTuningStatus status(VerdictInputBuilder input) {
    return new StatusFactory(clock)
        .create(
            input.build(),
            new StatusFactory.Occasion(
                1,
                Optional.empty(),
                Requests.NONE,
                new InjectionState(Optional.empty(), List.of()),
                false,
                List.of()));
  }

  /** As the API server returns it. */
  private static WebSocketTuningStatus read(WebSocketTuningStatus status) {
    return Serialization.unmarshal(Serialization.asJson(status), WebSocketTuningStatus.class);
  }
}
