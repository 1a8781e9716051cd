package dev.wstuning.operator.pod.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.TestPod;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Pods that stay exactly as their owners wrote them. */
class ExclusionTest {

  @Test
  void anOrdinaryPodIsNotExcluded() {
    assertThat(TestPod.named("chat").facts().exclusion()).isEmpty();
  }

  @Test
  void podsThatShareWithTheHostOrAmongThemselvesAre() {
    assertExclusion(Exclusion.HOST_NETWORK, p -> p.editSpec().withHostNetwork(true).endSpec());
    assertExclusion(Exclusion.HOST_PID, p -> p.editSpec().withHostPID(true).endSpec());
    assertExclusion(
        Exclusion.SHARED_PROCESSES, p -> p.editSpec().withShareProcessNamespace(true).endSpec());
    assertExclusion(
        Exclusion.WINDOWS, p -> p.editSpec().withNewOs().withName("windows").endOs().endSpec());
    assertExclusion(
        Exclusion.MIRROR,
        p -> p.editMetadata().addToAnnotations("kubernetes.io/config.mirror", "x").endMetadata());
  }

  @Test
  void sayingNoExplicitlyExcludesNothing() {
    assertThat(
            TestPod.named("chat")
                .with(
                    p ->
                        p.editSpec()
                            .withHostNetwork(false)
                            .withHostPID(false)
                            .withShareProcessNamespace(false)
                            .withNewOs("linux")
                            .endSpec())
                .facts()
                .exclusion())
        .isEmpty();
  }

  @Test
  void aContainerOfOurNameThatIsNotOursExcludes() {
    assertExclusion(
        Exclusion.NAME_TAKEN,
        p -> p.editSpec().addNewContainer().withName("wstuning").endContainer().endSpec());
    // With all but the annotations, with other arguments, and with none.
    assertExclusion(Exclusion.NAME_TAKEN, init(TestPod.TUNER_IMAGE, "apply", "--plan=1"));
    assertExclusion(Exclusion.NAME_TAKEN, marked(init(TestPod.TUNER_IMAGE, "reboot", "--plan=1")));
    assertExclusion(Exclusion.NAME_TAKEN, marked(init(TestPod.TUNER_IMAGE, "apply", "--now")));
    assertExclusion(Exclusion.NAME_TAKEN, marked(init(TestPod.TUNER_IMAGE)));
  }

  @Test
  void aVolumeOfOurNameThatIsNotOursExcludes() {
    assertExclusion(Exclusion.NAME_TAKEN, TestPod.wstuningVolume());
  }

  @Test
  void inACopyOfAPreloadedPodItIsOurs() {
    TestPod copy =
        TestPod.named("chat")
            .with(TestPod.wstuningVolume())
            .with(marked(init(TestPod.TUNER_IMAGE, "preload", "--plan=1")));

    assertThat(copy.facts().exclusion()).isEmpty();
  }

  /** Mirrors and digest policies rewrite images, and operators move to other registries. */
  @Test
  void oneOfOursIsKnownWhateverItsImage() {
    for (String image :
        new String[] {
          TestPod.TUNER_IMAGE,
          "localhost/wstuning/tuner@sha256:0000",
          "mirror.example.com/localhost/wstuning/tuner:0.1.0",
          "registry.example.com/other/name:9@sha256:0000"
        }) {
      assertThat(
              TestPod.named("chat")
                  .with(marked(init(image, "apply", "--plan=1")))
                  .facts()
                  .exclusion())
          .as(image)
          .isEmpty();
    }
  }

  @Test
  void aPodForWindowsIsToldByWhereItMayRun() {
    assertExclusion(Exclusion.WINDOWS, selector("kubernetes.io/os", "windows"));
    assertExclusion(Exclusion.WINDOWS, selector("beta.kubernetes.io/os", "windows"));
    assertExclusion(Exclusion.WINDOWS, affinity(term("kubernetes.io/os", "In", "windows")));
  }

  @Test
  void oneThatMayRunOnLinuxTooIsNotExcluded() {
    for (UnaryOperator<PodBuilder> change :
        List.of(
            selector("kubernetes.io/os", "linux"),
            selector("example.com/os", "windows"),
            affinity(term("kubernetes.io/os", "In", "windows", "linux")),
            affinity(term("kubernetes.io/os", "NotIn", "windows")),
            affinity(term("kubernetes.io/os", "In", "windows"), term("disk", "In", "ssd")))) {
      assertThat(TestPod.named("chat").with(change).facts().exclusion()).isEmpty();
    }
  }

  @Test
  void aPodForAVirtualNodeIsToldByItsSchedulerOrSelector() {
    assertExclusion(
        Exclusion.VIRTUAL_NODE, p -> p.editSpec().withSchedulerName("fargate-scheduler").endSpec());
    assertExclusion(Exclusion.VIRTUAL_NODE, selector("type", "virtual-kubelet"));
  }

  /** Pods that Windows calls host processes have the host's network. */
  @Test
  void whereThereIsNoAgentNothingElseMatters() {
    assertExclusion(
        Exclusion.WINDOWS,
        p ->
            p.editSpec()
                .withHostNetwork(true)
                .addToNodeSelector("kubernetes.io/os", "windows")
                .endSpec());
    assertExclusion(
        Exclusion.VIRTUAL_NODE,
        p ->
            p.editSpec()
                .withShareProcessNamespace(true)
                .withSchedulerName("fargate-scheduler")
                .endSpec());
  }

  private static UnaryOperator<PodBuilder> init(String image, String... arguments) {
    return p ->
        p.editSpec()
            .withInitContainers(
                new ContainerBuilder()
                    .withName("wstuning")
                    .withImage(image)
                    .withArgs(arguments)
                    .build())
            .endSpec();
  }

  private static UnaryOperator<PodBuilder> marked(UnaryOperator<PodBuilder> change) {
    return p ->
        change
            .apply(p)
            .editMetadata()
            .addToAnnotations(Markers.TUNING, "chat")
            .addToAnnotations(Markers.PLAN, "1")
            .endMetadata();
  }

  private static UnaryOperator<PodBuilder> selector(String label, String value) {
    return p -> p.editSpec().addToNodeSelector(label, value).endSpec();
  }

  private static NodeSelectorTerm term(String key, String operator, String... values) {
    return new NodeSelectorTermBuilder()
        .addNewMatchExpression()
        .withKey(key)
        .withOperator(operator)
        .withValues(values)
        .endMatchExpression()
        .build();
  }

  private static UnaryOperator<PodBuilder> affinity(NodeSelectorTerm... terms) {
    return p ->
        p.editSpec()
            .withNewAffinity()
            .withNewNodeAffinity()
            .withNewRequiredDuringSchedulingIgnoredDuringExecution()
            .withNodeSelectorTerms(terms)
            .endRequiredDuringSchedulingIgnoredDuringExecution()
            .endNodeAffinity()
            .endAffinity()
            .endSpec();
  }

  /** What the cache keeps of the pod must give the same result. */
  private static void assertExclusion(Exclusion expected, UnaryOperator<PodBuilder> change) {
    TestPod pod = TestPod.named("chat").with(change);
    assertThat(pod.facts().exclusion()).contains(expected);
  }
}
