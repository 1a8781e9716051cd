package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ExistingPods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.rollout.Evictions;
import dev.wstuning.operator.pod.rollout.MissedGrants;
import dev.wstuning.operator.pod.rollout.Restarter;
import dev.wstuning.operator.pod.suspension.Suspending;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is done to pods that run already. Nothing is done before it is announced. */
class PodActionsTest {

  @Test
  void aPodThatMissedAGrantIsReplacedIfTheTuningWantsRestarts() {
    SpecBuilder spec = asked().existingPods(ExistingPods.Restart);

    assertThat(intents(spec))
        .containsExactly(
            new Intent(
                "Evict",
                "deployment/chat",
                "chat-1",
                VerdictInputBuilder.of(spec).expectation().plan().hash()));
  }

  @Test
  void otherwiseItStays() {
    assertThat(intents(asked())).isEmpty();
    assertThat(intents(asked().existingPods(ExistingPods.Keep))).isEmpty();
    assertThat(intents(asked().pausedRestart())).isEmpty();
  }

  private static SpecBuilder asked() {
    return tune().openFiles(15_000);
  }

  private static List<Intent> intents(SpecBuilder spec) {
    WebSocketTuning tuning = Tunings.of("chat", spec.build());
    Expectations expectations = Expectations.of(tuning, VerdictInputBuilder.ADMITS_ALL);
    Evictions evictions = new Evictions(null, null, System::nanoTime);
    PodActions actions =
        new PodActions(
            null,
            evictions,
            new Restarter(null, Clock.systemUTC(), null, evictions),
            new MissedGrants(evictions, System::nanoTime));
    return actions
        .act(tuning, expectations, List.of(early(expectations)), Suspending.Decision.NONE)
        .intents();
  }

  /** It was created before the agent of its node served. */
  private static ObservedPod early(Expectations expectations) {
    TestPod pod =
        TestPod.named("chat-1")
            .ofDeployment("chat")
            .tuned("chat", expectations.plain().plan())
            .running()
            .onNode("n1");
    return observed(pod)
        .seen(node().nofile(1024, 4096).build())
        .node(
            Agents.serving(
                "n1", 20_000, Optional.of(Instant.parse(TestPod.CREATED).plusSeconds(20))))
        .build();
  }
}
