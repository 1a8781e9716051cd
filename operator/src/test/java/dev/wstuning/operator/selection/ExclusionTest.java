package dev.wstuning.operator.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.TestPod;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
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
    assertExclusion(Exclusion.NAME_TAKEN, init("example.com/tuner:0.1.0", "apply"));
    assertExclusion(Exclusion.NAME_TAKEN, init("localhost/wstuning/tuner-evil:0.1.0", "apply"));
    assertExclusion(Exclusion.NAME_TAKEN, init(TestPod.TUNER_IMAGE, "reboot"));
  }

  @Test
  void aVolumeOfOurNameThatIsNotOursExcludes() {
    assertExclusion(Exclusion.NAME_TAKEN, volume());
  }

  @Test
  void inACopyOfAPreloadedPodItIsOurs() {
    TestPod copy = TestPod.named("chat").with(volume()).with(init(TestPod.TUNER_IMAGE, "preload"));

    assertThat(copy.facts().exclusion()).isEmpty();
  }

  @Test
  void oneOfOursOfAnyVersionDoesNot() {
    for (String image :
        new String[] {
          TestPod.TUNER_IMAGE,
          "localhost/wstuning/tuner",
          "localhost/wstuning/tuner:9",
          "localhost/wstuning/tuner@sha256:0000",
          "localhost/wstuning/tuner:9@sha256:0000"
        }) {
      assertThat(TestPod.named("chat").with(init(image, "apply")).facts().exclusion())
          .as(image)
          .isEmpty();
    }
  }

  @Test
  void whatTheApiServerCanDecideItDecides() {
    assertThat(Exclusion.matchConditions())
        .extracting(Exclusion.MatchCondition::name)
        .containsExactly(
            "not-host-network",
            "not-host-pid",
            "not-shared-processes",
            "not-windows",
            "not-mirror");
  }

  static UnaryOperator<PodBuilder> volume() {
    return p ->
        p.editSpec()
            .addNewVolume()
            .withName("wstuning")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .endSpec();
  }

  private static UnaryOperator<PodBuilder> init(String image, String command) {
    return p ->
        p.editSpec()
            .withInitContainers(
                new ContainerBuilder()
                    .withName("wstuning")
                    .withImage(image)
                    .withArgs(command)
                    .build())
            .endSpec();
  }

  private static void assertExclusion(Exclusion expected, UnaryOperator<PodBuilder> change) {
    assertThat(TestPod.named("chat").with(change).facts().exclusion()).contains(expected);
  }
}
