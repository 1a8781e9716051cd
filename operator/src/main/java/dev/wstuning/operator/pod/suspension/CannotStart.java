package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.suspension.InjectionFailures.Stuck;
import dev.wstuning.operator.pod.suspension.StartFailures.Failing;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Pods that are on a node, and cannot start because of us: one of an owner is replaced, and the
 * owner is suspended if that is not because of a node.
 */
final class CannotStart {

  private final Intervals intervals;
  private final String tunerImage;
  private final Replacements replacements;
  private final StartFailures failures;

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  CannotStart(
      Intervals intervals, String tunerImage, Replacements replacements, LongSupplier nanoTime) {
    this.intervals = intervals;
    this.tunerImage = tunerImage;
    this.replacements = replacements;
    this.failures = new StartFailures(nanoTime);
  }

  /** Suspends owners, and returns which pods are to be replaced. */
  List<PodFacts> judge(Occasion occasion, List<Stuck> stuck) {
    List<PodFacts> replace = new ArrayList<>();
    occasion
        .byTarget(failures.of(occasion.uid(), stuck))
        .forEach(
            (target, failing) -> {
              suspend(occasion, target, failing);
              replacements
                  .next(
                      occasion.key(target.owner()),
                      failing,
                      occasion.suspensions().about(target).isPresent(),
                      occasion.othersStart(target.owner()))
                  .ifPresent(replace::add);
            });
    return replace;
  }

  private void suspend(Occasion occasion, Target target, List<Failing> failing) {
    List<Failing> present = failing.stream().filter(f -> hasPresentImage(f.pod())).toList();
    Optional<Suspension> known = occasion.suspensions().about(target);
    boolean proven =
        known
            .map(s -> Suspensions.trialFailed(s, late(present)))
            .orElseGet(() -> replacements.prove(occasion.key(target.owner()), present));
    if (proven) {
      occasion.suspensions().failed(target, Cause.Stuck, present);
    }
  }

  private List<Failing> late(List<Failing> pods) {
    return pods.stream().filter(f -> f.lasting().compareTo(intervals.patience()) >= 0).toList();
  }

  /** Pods of an older operator do not show with which image they were injected. */
  private boolean hasPresentImage(PodFacts pod) {
    return pod.injectedImage().or(() -> pod.tuner().flatMap(InjectedTuner::image)).stream()
        .allMatch(tunerImage::equals);
  }

  void forget(String tuningUid) {
    failures.forget(tuningUid);
  }
}
