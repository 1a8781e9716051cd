package dev.wstuning.operator.node.reconciler;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.publish.Events;
import dev.wstuning.operator.publish.StatusNews;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code kubectl describe} shows of what happened to a node tuning. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class NodeEventsTest {

  private static final WebSocketNodeTuning BIG = named("big").openFiles(65536).build();

  private KubernetesClient client;
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private StatusNews<WebSocketNodeTuning, WebSocketNodeTuningStatus> recorder;

  @BeforeEach
  void record() {
    recorder = NodeWiring.news(new Events(client, "wstuning-operator-x", clock));
  }

  @Test
  void oneEventForEachChangeOfWhatIsKnown() {
    WebSocketNodeTuningStatus waiting = ready(ConditionStatus.Unknown, "Waiting", "wait");
    WebSocketNodeTuningStatus drifted = ready(ConditionStatus.False, "Drifted", "1 of 2 nodes");

    recorder.record(BIG, null, waiting);
    clock.pass(Duration.ofSeconds(1));
    recorder.record(BIG, waiting, drifted);
    clock.pass(Duration.ofSeconds(1));
    recorder.record(BIG, drifted, ready(ConditionStatus.False, "Drifted", "2 of 2 nodes"));

    assertThat(events())
        .extracting(Event::getReason, Event::getType)
        .containsExactly(tuple("Drifted", "Warning"));
  }

  @Test
  void itIsAboutTheResourceWhichHasNoNamespace() {
    recorder.record(BIG, null, ready(ConditionStatus.True, "Applied", "fine"));

    assertThat(events())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.getInvolvedObject().getKind()).isEqualTo("WebSocketNodeTuning");
              assertThat(e.getInvolvedObject().getUid()).isEqualTo("uid-of-big");
              assertThat(e.getInvolvedObject().getNamespace()).isNull();
            });
  }

  private List<Event> events() {
    return client.v1().events().inNamespace("default").list().getItems();
  }

  private static WebSocketNodeTuningStatus ready(
      ConditionStatus status, String reason, String message) {
    return new WebSocketNodeTuningStatus(
        1L,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(new Condition("Ready", status, 1L, "2026-01-01T12:00:00Z", reason, message)));
  }
}
