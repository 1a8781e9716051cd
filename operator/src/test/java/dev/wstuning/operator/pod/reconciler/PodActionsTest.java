package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.rollout.Restarter;
import dev.wstuning.operator.pod.rollout.StuckPods;
import dev.wstuning.operator.pod.status.InjectionState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodActionsTest {

  private static final TuningPlan PLAN =
      Planner.plan(tune().keepalive(300, 10, 5).build(), VerdictInputBuilder.ADMITS_ALL);
  private static final String MIRROR = "mirror.example.com/wstuning/tuner:0.1.0";

  private final PodActions actions =
      new PodActions(
          new StuckPods(null, null),
          new Restarter(null, new MovableClock(TestPod.CREATED), null),
          TestPod.TUNER_IMAGE);

  @Test
  void aPodWhoseInitContainerCannotBePulledCounts() {
    assertThat(failure(tuned().bootWaits("ErrImagePull"))).isPresent();
  }

  /** It was injected with the present image, even if a mirror rewrote that. */
  @Test
  void aPodWhoseImageAMirrorRewroteCounts() {
    assertThat(failure(withImage(tuned(), MIRROR).bootWaits("ErrImagePull"))).isPresent();
  }

  @Test
  void aPodOfAnOlderOperatorDoesNotCount() {
    TestPod older =
        withImage(tuned(), "localhost/wstuning/tuner:0.0.9")
            .with(
                p ->
                    p.editMetadata()
                        .removeFromAnnotations("wstuning.dev/tuner-image")
                        .endMetadata());

    assertThat(failure(older.bootWaits("ErrImagePull"))).isEmpty();
  }

  @Test
  void aPodThatIsOlderThanTheInjectionIsStuckToo() {
    TestPod pod = tuned().bootWaits("ErrImagePull").createdAt("2025-01-01T00:00:00Z");

    assertThat(failure(pod)).isEmpty();
    assertThat(actions.stuck(List.of(observed(pod).build()))).isPresent();
  }

  private Optional<String> failure(TestPod pod) {
    return actions.failure(
        List.of(observed(pod).build()),
        new SelectedPods.Selected(List.of(), List.of()),
        new InjectionState(Optional.of(Instant.parse(TestPod.CREATED)), List.of()));
  }

  private static TestPod tuned() {
    return TestPod.named("chat-1").tuned("chat", PLAN);
  }

  private static TestPod withImage(TestPod pod, String image) {
    return pod.with(
        p -> p.editSpec().editInitContainer(0).withImage(image).endInitContainer().endSpec());
  }
}
