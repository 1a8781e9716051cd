package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ExistingPods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.rollout.InjectionFailures;
import dev.wstuning.operator.pod.rollout.Restarter;
import dev.wstuning.operator.pod.rollout.Restarter.Progress;
import dev.wstuning.operator.pod.rollout.StuckPods;
import dev.wstuning.operator.pod.status.InjectionState;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is done to pods and workloads: those that are stuck are released, old ones restarted. */
final class PodActions {

  private final StuckPods stuckPods;
  private final Restarter restarter;
  private final String tunerImage;

  PodActions(StuckPods stuckPods, Restarter restarter, String tunerImage) {
    this.stuckPods = stuckPods;
    this.restarter = restarter;
    this.tunerImage = tunerImage;
  }

  /** Why pods that were injected since then, with the present image, do not start. */
  Optional<String> failure(
      List<ObservedPod> pods, SelectedPods.Selected selected, InjectionState state) {
    if (state.injectingSince().isEmpty()) {
      return Optional.empty();
    }
    Instant since = state.injectingSince().get();
    return Stream.concat(
            pods.stream()
                .filter(p -> !p.facts().created().isBefore(since))
                .filter(p -> hasPresentImage(p.facts()))
                .map(InjectionFailures::of),
            InjectionFailures.ofUs(selected.refused()).stream().map(Optional::of))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Why injected pods do not start, regardless of their age and image. */
  Optional<String> stuck(List<ObservedPod> pods) {
    return pods.stream().map(InjectionFailures::of).flatMap(Optional::stream).findFirst();
  }

  /** Pods of an older operator do not show with which image they were injected. */
  private boolean hasPresentImage(PodFacts pod) {
    return pod.injectedImage().or(() -> pod.tuner().flatMap(InjectedTuner::image)).stream()
        .allMatch(tunerImage::equals);
  }

  /** Releases pods that are stuck, or takes the next step of a restart. */
  Progress act(
      WebSocketTuning tuning,
      Expectations expectations,
      List<ObservedPod> pods,
      InjectionState state) {
    if (!state.suspensions().isEmpty()) {
      pods.stream()
          .filter(p -> InjectionFailures.of(p).isPresent())
          .map(ObservedPod::facts)
          .forEach(stuckPods::release);
      return Progress.NONE;
    }
    return expectations.plain().plan().injects()
            && tuning.notUnderstood().nothing()
            && tuning.getSpec().existingPodsOrDefault() == ExistingPods.Restart
            && !tuning.getSpec().rolloutPaused()
        ? restarter.advance(pods, expectations.plain().plan().hash(), announced(tuning))
        : Progress.NONE;
  }

  private static List<Intent> announced(WebSocketTuning tuning) {
    return tuning.getStatus() == null ? List.of() : tuning.getStatus().intentsOrEmpty();
  }
}
