package dev.wstuning.operator.pod.status;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.SEEN_AT;
import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.LastHandled;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.Observation.Prospect;
import dev.wstuning.operator.pod.observation.Observation.Reported;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which requests of users were carried out. */
class RequestsTest {

  private static final Requests REQUESTS = new Requests(Optional.of("again"), Optional.empty());
  private static final LastHandled DONE = new LastHandled("again", null);

  @Test
  void aRequestForAnotherLookIsOpenUntilNoPodHasOneToCome() {
    assertThat(handled(reported(false))).isEqualTo(DONE);
    assertThat(handled(new Observation.Failed("it is refused", Prospect.REFUSED))).isEqualTo(DONE);
    assertThat(handled(outdated(Prospect.NONE))).isEqualTo(DONE);

    assertThat(handled(reported(true))).as("a newer report is on its way").isNull();
    assertThat(handled(new Observation.Pending("it waits"))).isNull();
    assertThat(handled(outdated(Prospect.COMING))).isNull();
  }

  private static LastHandled handled(Observation observation) {
    return REQUESTS.handled(
        VerdictInputBuilder.of(tune().keepalive(300, 10, 5))
            .pod(observed("chat-1").seen(node().build()))
            .pod(observed("chat-2").observation(observation))
            .judged(),
        Optional.empty());
  }

  private static Reported reported(boolean renewed) {
    return new Reported(node().build(), SEEN_AT, renewed);
  }

  private static Observation outdated(Prospect prospect) {
    return new Observation.Outdated(reported(false), "it restarted", prospect);
  }
}
