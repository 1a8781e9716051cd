package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.plan.TuningPlan;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is cut from cached pods must not be missed: the facts stay what they were. */
class PodTrimmerTest {

  private static final TuningPlan PLAN =
      VerdictInputBuilder.of(tune().keepalive(300, 10, 5)).expectation().plan();

  private static final TuningPlan LIBRARY =
      VerdictInputBuilder.of(tune().keepalive(300, 10, 5).library())
          .planContext(VerdictInputBuilder.RESTRICTED)
          .expectation()
          .plan();

  @ParameterizedTest
  @MethodSource("pods")
  void theFactsOfATrimmedPodAreThoseOfTheWhole(Pod pod) {
    Pod unrelated =
        new PodBuilder(pod)
            .editMetadata()
            .addToAnnotations("example.com/unrelated", "x")
            .endMetadata()
            .build();

    assertThat(facts(PodTrimmer.trim(unrelated))).isEqualTo(facts(pod));
  }

  static List<Pod> pods() {
    return Stream.of(
            TestPod.named("bare"),
            TestPod.named("deployed").ofDeployment("chat").running(),
            TestPod.named("tuned").tuned("chat", PLAN).running().booted(0, "{}"),
            TestPod.named("preloaded").tuned("chat", LIBRARY).running().booted(0, "{}"),
            TestPod.named("asks-the-agent")
                .tuned(
                    "chat",
                    VerdictInputBuilder.of(tune().openFiles(64L, 65L)).expectation().plan()),
            TestPod.named("without-library").withLdPreload().tuned("chat", LIBRARY).running(),
            TestPod.named("own-volume").with(TestPod.wstuningVolume()),
            TestPod.named("waiting").tuned("chat", PLAN).bootWaits("ImagePullBackOff"),
            TestPod.named("observed")
                .running()
                .observerEnded("wst-observe-8f14e45f", 0, "{}")
                .observerWaits("wst-observe-00000000", "ErrImagePull"),
            TestPod.named("going").running().deleting(),
            TestPod.named("pair")
                .container("proxy")
                .annotated("kubectl.kubernetes.io/default-container", "server")
                .running(),
            TestPod.named("mirror").annotated("kubernetes.io/config.mirror", "x"),
            TestPod.named("host").with(p -> p.editSpec().withHostNetwork(true).endSpec()),
            TestPod.named("host-pid").with(p -> p.editSpec().withHostPID(true).endSpec()),
            TestPod.named("shared")
                .with(p -> p.editSpec().withShareProcessNamespace(true).endSpec()),
            TestPod.named("windows").with(p -> p.editSpec().withNewOs("windows").endSpec()),
            TestPod.named("taken").container("wstuning"),
            TestPod.named("forbidden")
                .with(
                    p ->
                        p.editStatus()
                            .withPhase("Failed")
                            .withReason("SysctlForbidden")
                            .endStatus()))
        .map(TestPod::build)
        .toList();
  }

  @Test
  void whatIsBigIsGone() {
    Pod big =
        TestPod.named("big")
            .running()
            .with(
                p ->
                    p.editMetadata()
                        .addToAnnotations(
                            "kubectl.kubernetes.io/last-applied-configuration", "x".repeat(10_000))
                        .addNewManagedField()
                        .withManager("x".repeat(10_000))
                        .endManagedField()
                        .endMetadata()
                        .editSpec()
                        .editFirstContainer()
                        .addNewEnv()
                        .withName("A")
                        .withValue("x".repeat(10_000))
                        .endEnv()
                        .endContainer()
                        .endSpec())
            .build();

    assertThat(Serialization.asJson(PodTrimmer.trim(big)).length()).isLessThan(1000);
  }

  private static PodFacts facts(Pod pod) {
    return PodReader.STRICT.record(pod).facts();
  }
}
