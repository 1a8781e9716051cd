package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Statuses;
import dev.wstuning.operator.fixtures.Suspensions;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.reconciler.Totals.Ready;
import dev.wstuning.operator.pod.verdict.PodJudge;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient
class TotalsTest {

  private static KubernetesClient client;

  @Test
  void thePodsOfTheLastPassesCount() {
    Crowd crowd = new Crowd(50);
    TuningPass pass = crowd.pass(client, PodJudge.RULES);
    assertThat(pass.totals(List.of()).pods()).isEmpty();

    pass.over(Crowd.TUNING, crowd.selected());
    pass.over(Crowd.TUNING, crowd.selected());
    assertThat(pass.totals(List.of()).pods()).isEqualTo(Map.of(Coverage.CURRENT, 50L));

    pass.forget(Crowd.TUNING.getMetadata().getUid());
    assertThat(pass.totals(List.of()).pods()).isEmpty();
  }

  @Test
  void tuningsAreCountedByTheirReadyCondition() {
    Totals totals =
        Totals.of(
            List.of(
                tuning("Ready", ConditionStatus.False, "NoPods"),
                tuning("Ready", ConditionStatus.False, "NoPods"),
                tuning("Ready", ConditionStatus.True, "NoPods"),
                tuning("Accepted", ConditionStatus.True, "Accepted"),
                Tunings.of("new", SpecBuilder.observe().build())),
            Stream.of(),
            0);

    assertThat(totals.tunings())
        .isEqualTo(
            Map.of(
                new Ready("NoPods", ConditionStatus.False),
                2L,
                new Ready("NoPods", ConditionStatus.True),
                1L,
                new Ready("NotReconciled", ConditionStatus.Unknown),
                2L));
  }

  @Test
  void suspendedOwnersAreCountedByTheirCause() {
    WebSocketTuning tuning = Tunings.of("chat", SpecBuilder.observe().build());
    tuning.setStatus(Statuses.suspended(Suspensions.STUCK, Suspensions.STUCK));

    assertThat(Totals.of(List.of(tuning), Stream.of(), 0).suspended())
        .isEqualTo(Map.of(Cause.Stuck, 2L));
  }

  /** Anything may be in a status, and each value would be a series. */
  @Test
  void reasonsThatAreNotKnownAreOne() {
    Totals totals =
        Totals.of(
            List.of(
                tuning("Ready", ConditionStatus.False, "BrandNew"),
                tuning("Ready", ConditionStatus.False, "BrandNewToo")),
            Stream.of(),
            0);

    assertThat(totals.tunings()).isEqualTo(Map.of(new Ready("Other", ConditionStatus.False), 2L));
  }

  private static WebSocketTuning tuning(String type, ConditionStatus status, String reason) {
    WebSocketTuning tuning = Tunings.of("chat", SpecBuilder.observe().build());
    tuning.setStatus(
        Statuses.of(1, new Condition(type, status, 1L, "2026-01-01T00:00:00Z", reason, "words")));
    return tuning;
  }
}
