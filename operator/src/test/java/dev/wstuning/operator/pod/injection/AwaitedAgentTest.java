package dev.wstuning.operator.pod.injection;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Methods.OpenFilesMethod;
import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.PodClassifier;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.plan.TuningPlan;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which init containers wait for the agent of their node. */
class AwaitedAgentTest {

  private static final String AWAIT = "--await-node-agent=45s";

  @Test
  void whereAnAgentMayGrantWhatIsWantedItWaits() {
    assertThat(arguments(asked(), p -> p)).contains("--open-files-minimum=65536", AWAIT);
  }

  @Test
  void soDoesOneThatOnlyFillsTheVolume() {
    assertThat(arguments(asked().library().privilege(Privilege.Unprivileged), p -> p))
        .startsWith("preload")
        .contains(AWAIT);
  }

  @Test
  void withoutAnAgentNoneWaits() {
    assertThat(arguments(admitted(asked(), p -> p, false))).doesNotContain(AWAIT);
  }

  @Test
  void noneWaitsForWhatTheTuningDoesNotWantOfAnAgent() {
    assertThat(arguments(tune().keepalive(300, 10, 5), p -> p)).doesNotContain(AWAIT);
    assertThat(arguments(tune().keepalive(300, 10, 5).openFiles(null, 4096L), p -> p))
        .doesNotContain(AWAIT);
    assertThat(arguments(asked().openFilesMethods(List.of(OpenFilesMethod.Launcher)), p -> p))
        .doesNotContain(AWAIT);
  }

  @ParameterizedTest
  @CsvSource({"Always, true", "OnFailure, false", "Never, false", ", true"})
  void onlyPodsThatStartAgainWait(String policy, boolean waits) {
    assertThat(
            arguments(asked(), p -> p.with(b -> b.editSpec().withRestartPolicy(policy).endSpec()))
                .contains(AWAIT))
        .isEqualTo(waits);
  }

  @Test
  void whereNothingCanBeRequestedForTheServerNoneWaits() {
    String tooLong = "s".repeat(54);

    assertThat(
            arguments(
                asked(),
                p ->
                    p.with(
                        b ->
                            b.editSpec()
                                .editFirstContainer()
                                .withName(tooLong)
                                .endContainer()
                                .endSpec())))
        .doesNotContain(AWAIT);
    assertThat(arguments(asked(), p -> p.container("another"))).doesNotContain(AWAIT);
  }

  @Test
  void whetherAPodWaitsMakesNoDifferenceToItsPlan() {
    TuningPlan plan = plan(asked());
    Pod waits = admitted(asked(), p -> p, true);
    Pod waitsNot = admitted(asked(), p -> p, false);

    assertThat(List.of(waits, waitsNot))
        .extracting(pod -> PodReader.STRICT.record(pod).facts())
        .allSatisfy(
            pod -> {
              assertThat(pod.plan()).contains(plan.hash());
              assertThat(pod.tuner().orElseThrow().believable()).isTrue();
              assertThat(PodClassifier.coverage(pod, plan, Optional.empty()))
                  .isEqualTo(Coverage.CURRENT);
              assertThat(PodClassifier.coverage(pod, sameValues(plan), Optional.empty()))
                  .as("by the values alone")
                  .isEqualTo(Coverage.CURRENT);
            });
    assertThat(new PodMutator(TestPod.TUNER_IMAGE).mutate(waits, "chat", plan))
        .as("a copy where there is no agent any more")
        .isEqualTo(new PodMutator.Tuned(waitsNot));
  }

  private static TuningPlan sameValues(TuningPlan plan) {
    return new TuningPlan(
        "v1:0123456789ab",
        plan.mechanism(),
        plan.reason(),
        plan.settings(),
        plan.sockets(),
        plan.openFiles(),
        plan.container(),
        plan.notPossible(),
        plan.onError(),
        plan.via());
  }

  private static SpecBuilder asked() {
    return tune().keepalive(300, 10, 5).openFiles(65_536);
  }

  private static TuningPlan plan(SpecBuilder spec) {
    return VerdictInputBuilder.of(spec).expectation().plan();
  }

  private static List<String> arguments(SpecBuilder spec, UnaryOperator<TestPod> change) {
    return arguments(admitted(spec, change, true));
  }

  private static List<String> arguments(Pod pod) {
    return pod.getSpec().getInitContainers().get(0).getArgs();
  }

  private static Pod admitted(
      SpecBuilder spec, UnaryOperator<TestPod> change, boolean agentMayServe) {
    Pod pod = change.apply(TestPod.named("chat-1")).build();
    PodMutator mutator = new PodMutator(TestPod.TUNER_IMAGE, any -> agentMayServe);
    return ((PodMutator.Tuned) mutator.mutate(pod, "chat", plan(spec))).pod();
  }
}
