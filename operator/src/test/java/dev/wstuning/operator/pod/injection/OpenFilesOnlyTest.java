package dev.wstuning.operator.pod.injection;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.injection.PodMutator.LeftAlone;
import dev.wstuning.operator.pod.injection.PodMutator.OpenFilesOnly;
import dev.wstuning.operator.pod.injection.PodMutator.Outcome;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.pod.selection.Markers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods that cannot be tuned, and may have more open files all the same. */
class OpenFilesOnlyTest {

  private static final TuningPlan PLAN =
      Planner.plan(
          tune().keepalive(300, 10, 5).openFiles(65_536).build(), VerdictInputBuilder.ADMITS_ALL);

  static Stream<UnaryOperator<PodBuilder>> excluded() {
    return Stream.of(
        p -> p.editSpec().withHostNetwork(true).endSpec(),
        p -> p.editSpec().withHostPID(true).endSpec(),
        p -> p.editSpec().withShareProcessNamespace(true).endSpec());
  }

  @ParameterizedTest
  @MethodSource("excluded")
  void theyAskTheNodesAgentAndAreNotChangedOtherwise(UnaryOperator<PodBuilder> change) {
    Pod pod = TestPod.named("chat").with(change).build();

    Pod admitted = ((OpenFilesOnly) mutate(pod, PLAN)).pod();

    assertThat(admitted.getSpec()).isEqualTo(pod.getSpec());
    Map<String, String> annotations = admitted.getMetadata().getAnnotations();
    assertThat(annotations).containsOnlyKeys(Markers.TUNING, Markers.ULIMITS_OF + "server");
    assertThat(annotations.get(Markers.ULIMITS_OF + "server")).contains("65536");
    assertThat(((OpenFilesOnly) mutate(admitted, PLAN)).pod()).as("twice").isEqualTo(admitted);
    assertThat(PodReader.STRICT.record(admitted).facts().openFilesOnly()).isTrue();
    assertThat(PodReader.STRICT.record(pod).facts().openFilesOnly()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("excluded")
  void withoutAWishForOpenFilesTheyAreLeftAlone(UnaryOperator<PodBuilder> change) {
    TuningPlan keepalive =
        Planner.plan(tune().keepalive(300, 10, 5).build(), VerdictInputBuilder.ADMITS_ALL);

    assertThat(mutate(TestPod.named("chat").with(change).build(), keepalive))
        .isInstanceOf(LeftAlone.class);
  }

  @Test
  void ifItIsUnclearWhichContainerIsTheServerThePodIsLeftAlone() {
    Pod pod =
        TestPod.named("chat")
            .container("other")
            .with(p -> p.editSpec().withHostNetwork(true).endSpec())
            .build();

    assertThat(mutate(pod, PLAN)).isEqualTo(new LeftAlone(Exclusion.HOST_NETWORK));
  }

  /** A container's name may be too long for an annotation. */
  @Test
  void ifNothingCanBeAskedThePodIsLeftAlone() {
    Pod pod =
        TestPod.named("chat")
            .with(
                p ->
                    p.editSpec()
                        .withHostNetwork(true)
                        .editFirstContainer()
                        .withName("s".repeat(60))
                        .endContainer()
                        .endSpec())
            .build();

    assertThat(mutate(pod, PLAN)).isEqualTo(new LeftAlone(Exclusion.HOST_NETWORK));
  }

  @Test
  void onAVirtualNodeThereIsNoAgent() {
    Pod pod =
        TestPod.named("chat")
            .with(p -> p.editSpec().withSchedulerName("fargate-scheduler").endSpec())
            .build();

    assertThat(mutate(pod, PLAN)).isEqualTo(new LeftAlone(Exclusion.VIRTUAL_NODE));
  }

  private static Outcome mutate(Pod pod, TuningPlan plan) {
    return new PodMutator(TestPod.TUNER_IMAGE).mutate(pod, "chat", plan);
  }
}
