package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.verdict.Rivals;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of the previous status still counts. */
class RecollectionTest {

  private static final Instant SINCE = Instant.parse("2026-01-01T11:00:00Z");
  private static final String NEWEST = "2026-01-01T12:30:00Z";

  private static final List<PodRecord> PODS =
      List.of(
          TestPod.named("chat-1").record(),
          TestPod.named("chat-2").createdAt(NEWEST).record(),
          TestPod.named("chat-3").record());

  @Test
  void withTheSameSettingsAndOwnersAllIsRemembered() {
    Recollection recollection = recall(1, 2);

    assertThat(recollection.state().injectingSince()).contains(SINCE);
    assertThat(recollection.othersUntil()).isEmpty();
  }

  @Test
  void withOtherSettingsTheEntryDecidesSinceWhenPodsAreInjected() {
    Recollection recollection = recall(2, 2);

    assertThat(recollection.state().injectingSince()).isEmpty();
    assertThat(recollection.othersUntil()).isEmpty();
  }

  @Test
  void podsThatHadAnotherOwnerWereNotMissed() {
    Recollection recollection = recall(1, 0);

    assertThat(recollection.state().injectingSince()).isEmpty();
    assertThat(recollection.othersUntil()).contains(Instant.parse(NEWEST));
  }

  @Test
  void aNewTuningRemembersNothing() {
    WebSocketTuning fresh = tuning(1);
    fresh.setStatus(null);

    assertThat(Recollection.of(fresh, owners(0)).state().injectingSince()).isEmpty();
    assertThat(Recollection.of(fresh, owners(0)).othersUntil()).isEmpty();
  }

  /** The status is of generation 1, and two of the selected pods had another owner. */
  private static Recollection recall(long generation, int owned) {
    return Recollection.of(tuning(generation), owners(owned));
  }

  private static WebSocketTuning tuning(long generation) {
    WebSocketTuning tuning = Tunings.of("chat", SpecBuilder.tune().keepalive(300, 10, 5).build());
    tuning.getMetadata().setGeneration(generation);
    tuning.setStatus(
        Serialization.unmarshal(
            """
            {"observedGeneration": 1, "injectingSince": "%s", "pods": {"ownedByOther": 2}}"""
                .formatted(SINCE),
            WebSocketTuningStatus.class));
    return tuning;
  }

  private static Gatherer.Owners owners(int others) {
    Map<String, Integer> owners = others == 0 ? Map.of() : Map.of("older", others);
    return new Gatherer.Owners(PODS, new Rivals(owners, Map.of()));
  }
}
