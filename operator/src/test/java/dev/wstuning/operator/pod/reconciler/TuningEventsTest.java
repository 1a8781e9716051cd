package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Capacity;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.fixtures.Deaf;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Statuses;
import dev.wstuning.operator.fixtures.Tunings;
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

/** What {@code kubectl describe} shows of what happened to a tuning. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class TuningEventsTest {

  private static final WebSocketTuning CHAT =
      Tunings.of("chat", tune().keepalive(300, 10, 5).build());
  private static final WebSocketTuningStatus GOOD =
      ready(ConditionStatus.True, "Effective", "1 of 1 pods: fine.");
  private static final WebSocketTuningStatus BAD =
      ready(ConditionStatus.False, "PodsMissed", "1 pod. Next: restart it");

  private static final WebSocketTuningStatus UNKNOWN =
      ready(ConditionStatus.Unknown, "WebhookUnproven", "wait");

  private KubernetesClient client;
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private List<StatusNews<? super WebSocketTuning, WebSocketTuningStatus>> recorders;

  @BeforeEach
  void createRecorders() {
    recorders =
        PodWiring.publisher(new Events(client, "wstuning-operator-x", clock), Deaf.STATUSES).news();
  }

  @Test
  void theFirstStatusIsNews() {
    record(CHAT, null, GOOD);

    assertThat(events())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.getType()).isEqualTo("Normal");
              assertThat(e.getReason()).isEqualTo("Effective");
              assertThat(e.getMessage()).isEqualTo("1 of 1 pods: fine.");
              assertThat(e.getFirstTimestamp()).isEqualTo("2026-01-01T12:00:00Z");
              assertThat(e.getReportingInstance()).isEqualTo("wstuning-operator-x");
              assertThat(e.getInvolvedObject().getKind()).isEqualTo("WebSocketTuning");
              assertThat(e.getInvolvedObject().getApiVersion()).isEqualTo("wstuning.dev/v1alpha1");
              assertThat(e.getInvolvedObject().getUid()).isEqualTo("uid-of-chat");
            });
  }

  @Test
  void aTuningThatIsNoLongerReadyIsNews() {
    record(CHAT, GOOD, BAD);

    assertThat(events()).extracting(Event::getType).containsExactly("Warning");
  }

  @Test
  void anotherReasonIsNoNews() {
    record(CHAT, GOOD, ready(ConditionStatus.True, "NotObserved", "1 of 1 pods: starts."));

    assertThat(events()).isEmpty();
  }

  @Test
  void whatIsUnknownForAWhileIsNoNews() {
    record(CHAT, GOOD, UNKNOWN);
    record(CHAT, UNKNOWN, GOOD);

    assertThat(events()).isEmpty();
  }

  @Test
  void whatIsFalseAfterItWasUnknownIsNews() {
    record(CHAT, GOOD, UNKNOWN);
    record(CHAT, UNKNOWN, BAD);

    assertThat(events()).extracting(Event::getType).containsExactly("Warning");
  }

  @Test
  void aTuningThatIsNoLongerReadyIsNewsAtOnce() {
    record(CHAT, null, GOOD);
    record(CHAT, GOOD, BAD);

    assertThat(events()).extracting(Event::getType).containsExactlyInAnyOrder("Normal", "Warning");
  }

  /** It is recorded with the next status that is written after the pause. */
  @Test
  void whatChangesToAndFroIsOneEvent() {
    record(CHAT, GOOD, BAD);
    record(CHAT, BAD, GOOD);
    record(CHAT, GOOD, BAD);
    record(CHAT, BAD, GOOD);

    assertThat(events()).extracting(Event::getType).containsExactly("Warning");
  }

  @Test
  void anotherMessageIsNoNews() {
    record(CHAT, GOOD, ready(ConditionStatus.True, "Effective", "2 of 2 pods: fine."));

    assertThat(events()).isEmpty();
  }

  @Test
  void aPodNearItsCapacityIsReportedOnce() {
    record(CHAT, GOOD, near("chat-1"));
    record(CHAT, near("chat-1"), near("chat-1", "chat-2"));

    assertThat(events())
        .extracting(Event::getReason, Event::getType, Event::getMessage)
        .containsExactlyInAnyOrder(
            tuple("NearLimit", "Warning", nearMessage("chat-1")),
            tuple("NearLimit", "Warning", nearMessage("chat-2")));
  }

  /** What is open now counts, and that changes all the time. */
  @Test
  void aPodThatGoesToAndFroAcrossTheLineIsReportedOnceInAWhile() {
    recorders =
        List.of(
            new NearLimitEvents(new Events(client, "wstuning-operator-x", clock), clock::nanoTime));
    for (int i = 0; i < 5; i++) {
      record(CHAT, GOOD, near("chat-1"));
      clock.pass(Duration.ofSeconds(10));
    }
    assertThat(events()).hasSize(1);

    clock.pass(NearLimitEvents.PAUSE);
    record(CHAT, GOOD, near("chat-1"));
    assertThat(events()).hasSize(2);
  }

  private void record(
      WebSocketTuning tuning, WebSocketTuningStatus before, WebSocketTuningStatus after) {
    recorders.forEach(r -> r.record(tuning, before, after));
  }

  private static String nearMessage(String pod) {
    return "pod %s held at least four fifths of the 960 connections that it can hold (it reaches the OpenFiles limit first). Next: run more pods, or raise that limit"
        .formatted(pod);
  }

  private static WebSocketTuningStatus near(String... pods) {
    Capacity capacity = new Capacity(960L, "OpenFiles", List.of(), List.of(pods));
    Observation observation =
        new Observation(
            2, null, null, null, null, null, null, null, null, null, null, capacity, null);
    return Statuses.observed(List.of(observation), GOOD.conditions());
  }

  private List<Event> events() {
    return client.v1().events().inNamespace(Tunings.NAMESPACE).list().getItems();
  }

  private static WebSocketTuningStatus ready(
      ConditionStatus status, String reason, String message) {
    Condition condition =
        new Condition("Ready", status, 1L, "2026-01-01T12:00:00Z", reason, message);
    return Statuses.of(1, condition);
  }
}
