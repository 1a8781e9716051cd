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
import java.util.Comparator;
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
  private final LongSupplier nanoTime;
  private final StartFailures tuned;
  private final StartFailures untuned;

  /** Of which owners it was known a while ago that it is not us, by the uid of the tuning. */
  private final Map<String, Map<Target, Long>> notUs = new ConcurrentHashMap<>();

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
    this.nanoTime = nanoTime;
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
      // Nothing is heard of pods of others.
      Stream<Duration> look = waiting.isEmpty() ? Stream.empty() : Stream.of(intervals.patience());
      return new Step(List.of(), soonest(Stream.concat(look, again(without))));
    }
    List<Failing> failing = tuned.of(occasion.uid(), waiting);
    List<PodFacts> replace = new ArrayList<>();
    occasion
        .byTarget(failing.stream().filter(this::isLate).toList())
        .forEach((target, late) -> next(occasion, target, late).ifPresent(replace::add));
    return new Step(replace, soonest(Stream.concat(again(failing), again(without))));
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
      notUs
          .computeIfAbsent(occasion.uid(), uid -> new HashMap<>())
          .put(target, nanoTime.getAsLong());
    }
  }

  private static boolean untunedHasNode(Occasion occasion, Target target, Suspension suspension) {
    return occasion.untunedHasNode(target.owner(), Instant.parse(suspension.since()));
  }

  private Optional<PodFacts> next(Occasion occasion, Target target, List<Failing> late) {
    boolean others = occasion.othersStart(target.owner()) || othersFoundNodes(occasion, late);
    if (others || !suspends(occasion, target, late)) {
      return Optional.empty();
    }
    Suspension suspension = occasion.suspensions().about(target).orElseThrow();
    return replacements.next(
        occasion.key(target.owner()), late, untunedHasNode(occasion, target, suspension), false);
  }

  /** Whether tuned pods of the owner that came with the first of those found nodes. */
  private boolean othersFoundNodes(Occasion occasion, List<Failing> late) {
    PodFacts any = late.get(0).pod();
    Instant first =
        late.stream().map(f -> f.pod().created()).min(Comparator.naturalOrder()).orElseThrow();
    Instant with = first.minus(intervals.patience());
    return occasion.pods().stream()
        .map(ObservedPod::facts)
        .filter(facts -> facts.plan().isPresent() && facts.node().isPresent())
        .filter(facts -> facts.workload().equals(any.workload()))
        .anyMatch(facts -> !facts.created().isBefore(with));
  }

  /** Whether the owner is suspended for this reason, and for no other. */
  private boolean suspends(Occasion occasion, Target target, List<Failing> late) {
    Optional<Suspension> known = occasion.suspensions().about(target);
    if (known.isEmpty() && isNotUs(occasion, target)) {
      return false;
    }
    boolean failed = known.isEmpty() || Suspensions.trialFailed(known.get(), late);
    if (failed) {
      occasion.suspensions().failed(target, Cause.Unscheduled, late);
    }
    return failed || known.get().cause() == Cause.Unscheduled;
  }

  private boolean isNotUs(Occasion occasion, Target target) {
    Map<Target, Long> known = notUs.getOrDefault(occasion.uid(), new HashMap<>());
    long now = nanoTime.getAsLong();
    known.values().removeIf(at -> now - at >= intervals.untilItMayBeUsAgain().toNanos());
    return known.containsKey(target);
  }

  private boolean isLate(Failing pod) {
    return left(pod).isZero();
  }

  private Duration left(Failing pod) {
    Duration left = intervals.patienceWithTheScheduler().minus(pod.lasting());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Of pods that are late at the latest after as long again: others may have changed meanwhile. */
  private Stream<Duration> again(List<Failing> pods) {
    return pods.stream().map(pod -> isLate(pod) ? intervals.patience() : left(pod));
  }

  private static Optional<Duration> soonest(Stream<Duration> looks) {
    return looks.min(Duration::compareTo);
  }

  void forget(String tuningUid) {
    tuned.forget(tuningUid);
    untuned.forget(tuningUid);
    notUs.remove(tuningUid);
  }
}
