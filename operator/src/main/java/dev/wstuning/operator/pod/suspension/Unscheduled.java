package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.InjectionFailures.Stuck;
import dev.wstuning.operator.pod.suspension.StartFailures.Failing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Tuned pods for which the scheduler finds no node. Some schedulers refuse what we add, but most
 * clusters are only full: one pod of an owner is replaced by an untuned one, and if that finds no
 * node for as long, it was not us, and is not tried again with this template.
 */
final class Unscheduled {

  private final Intervals intervals;
  private final Replacements replacements;
  private final StartFailures tuned;
  private final StartFailures untuned;

  /** Of which owners it is known that it is not us, by the uid of the tuning. */
  private final Map<String, Map<Workload, Target>> notUs = new ConcurrentHashMap<>();

  /**
   * What came of a look.
   *
   * @param replace pods that are to be replaced, at most one of an owner
   * @param again when to look again although nothing happened
   */
  record Step(List<PodFacts> replace, Optional<Duration> again) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  Unscheduled(Intervals intervals, Replacements replacements, LongSupplier nanoTime) {
    this.intervals = intervals;
    this.replacements = replacements;
    this.tuned = new StartFailures(nanoTime);
    this.untuned = new StartFailures(nanoTime);
  }

  /**
   * @param crowded whether the scheduler finds no node for pods without us either
   */
  Step judge(Occasion occasion, boolean crowded) {
    List<Failing> without = untuned.of(occasion.uid(), untuned(occasion.pods()));
    without.stream().filter(this::isLate).forEach(pod -> acquit(occasion, pod.pod()));
    List<Stuck> waiting = tuned(occasion.pods());
    if (crowded) {
      // Time counts from when others have room.
      tuned.forget(occasion.uid());
      return new Step(List.of(), again(waiting.isEmpty() ? without.stream() : Stream.empty()));
    }
    List<Failing> failing = tuned.of(occasion.uid(), waiting);
    List<PodFacts> replace = new ArrayList<>();
    occasion
        .byTarget(failing.stream().filter(this::isLate).toList())
        .forEach((target, late) -> next(occasion, target, late).ifPresent(replace::add));
    return new Step(replace, again(Stream.concat(failing.stream(), without.stream())));
  }

  /** Those that are to have what the tuning wants, and that something replaces at once. */
  private static List<Stuck> tuned(List<ObservedPod> pods) {
    List<Stuck> waiting = new ArrayList<>();
    for (ObservedPod pod : pods) {
      PodFacts facts = pod.facts();
      if (facts.unschedulable().isPresent()
          && facts.plan().isPresent()
          && pod.coverage().hasWishes()
          && !facts.deleting()
          && facts.workload().filter(Unscheduled::replacesAtOnce).isPresent()) {
        String why = facts.unschedulable().get();
        waiting.add(
            new Stuck(
                facts, "the scheduler finds no node for pod %s: %s".formatted(facts.name(), why)));
      }
    }
    return waiting;
  }

  /** A Job counts a pod that goes as a failure. */
  private static boolean replacesAtOnce(Workload workload) {
    return workload.replacement() != Workload.Replacement.NEXT_RUN;
  }

  private static List<Stuck> untuned(List<ObservedPod> pods) {
    List<Stuck> waiting = new ArrayList<>();
    for (ObservedPod pod : pods) {
      PodFacts facts = pod.facts();
      if (facts.unschedulable().isPresent() && facts.suspended() && !facts.deleting()) {
        waiting.add(new Stuck(facts, ""));
      }
    }
    return waiting;
  }

  private void acquit(Occasion occasion, PodFacts pod) {
    Target target = occasion.target(pod);
    Optional<Suspension> known =
        occasion.suspensions().about(target).filter(s -> s.cause() == Cause.Unscheduled);
    if (known.isPresent() && !untunedHasNode(occasion, target, known.get())) {
      occasion.suspensions().end(known.get());
      notUs.computeIfAbsent(occasion.uid(), uid -> new HashMap<>()).put(target.owner(), target);
    }
  }

  private static boolean untunedHasNode(Occasion occasion, Target target, Suspension suspension) {
    return occasion.untunedHasNode(target.owner(), Instant.parse(suspension.since()));
  }

  private Optional<PodFacts> next(Occasion occasion, Target target, List<Failing> late) {
    if (occasion.othersStart(target.owner()) || !suspends(occasion, target, late)) {
      return Optional.empty();
    }
    Suspension suspension = occasion.suspensions().about(target).orElseThrow();
    return replacements.next(
        occasion.key(target.owner()), late, untunedHasNode(occasion, target, suspension), false);
  }

  /** Whether the owner is suspended for this reason, and for no other. */
  private boolean suspends(Occasion occasion, Target target, List<Failing> late) {
    Optional<Suspension> known = occasion.suspensions().about(target);
    if (known.isEmpty() && isNotUs(occasion, target)) {
      return false;
    }
    Cause cause = known.map(Suspension::cause).orElse(Cause.Unscheduled);
    boolean failed =
        known.isEmpty()
            || ((cause == Cause.Unscheduled || cause == Cause.Refused)
                && Suspensions.trialFailed(known.get(), late));
    if (failed) {
      occasion.suspensions().failed(target, Cause.Unscheduled, late);
    }
    return failed || cause == Cause.Unscheduled;
  }

  private boolean isNotUs(Occasion occasion, Target target) {
    return target.equals(notUs.getOrDefault(occasion.uid(), Map.of()).get(target.owner()));
  }

  private boolean isLate(Failing pod) {
    return left(pod).isZero();
  }

  private Duration left(Failing pod) {
    Duration left = intervals.patienceWithTheScheduler().minus(pod.lasting());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Of pods that are late at the latest after as long again: others may have changed meanwhile. */
  private Optional<Duration> again(Stream<Failing> pods) {
    return pods.map(pod -> isLate(pod) ? intervals.patience() : left(pod)).min(Duration::compareTo);
  }

  void forget(String tuningUid) {
    tuned.forget(tuningUid);
    untuned.forget(tuningUid);
    notUs.remove(tuningUid);
  }
}
