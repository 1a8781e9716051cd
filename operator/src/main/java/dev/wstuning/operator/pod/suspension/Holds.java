package dev.wstuning.operator.pod.suspension;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * For which owners this replica steps aside: their pods start untuned, apart from one trial each
 * time that one is due. A replica decides by itself, because the leader may be away; what the
 * leader published goes for all.
 */
final class Holds {

  /** If no pod was made for that long after a trial was due, what was known is out of date. */
  private static final Duration OUTDATED = Duration.ofHours(1);

  private static final int MOST = 1_000;

  private final Clock clock;
  private final Intervals intervals;
  private final Map<Target, Hold> holds = new HashMap<>();
  private final UntunedPods untuned = new UntunedPods();

  /** Up to which attempt a suspension is over, although the leader does not say so yet. */
  private final Map<Target, Integer> resumed = new HashMap<>();

  Holds(Clock clock, Intervals intervals) {
    this.clock = clock;
    this.intervals = intervals;
  }

  /** Whether a pod is tuned. If a trial is due, this is it, and the next pods are not. */
  synchronized boolean tunes(Target target, Optional<Published> published, String request) {
    Optional<Hold> hold = current(target, published);
    if (hold.isEmpty()) {
      return true;
    }
    if (!isDue(target, hold.get())) {
      return false;
    }
    holds.put(target, hold.get().onTrial(new Hold.Trial(request, clock.instant())));
    return true;
  }

  /** Whether the next pod would be tuned. */
  synchronized boolean wouldTune(Target target, Optional<Published> published) {
    return current(target, published).filter(h -> !isDue(target, h)).isEmpty();
  }

  private boolean isDue(Target target, Hold hold) {
    Instant now = clock.instant();
    return !hold.isTried(now, intervals)
        && !now.isBefore(hold.nextTry())
        && (hold.whole() || hasPods(target, hold, now));
  }

  private boolean hasPods(Target target, Hold hold, Instant now) {
    return untuned
        .since(target, hold.attempt(intervals))
        .filter(since -> !now.isBefore(since.plus(intervals.untilTheFirstTrial())))
        .isPresent();
  }

  private Optional<Hold> current(Target target, Optional<Published> inStatus) {
    Instant now = clock.instant();
    Optional<Published> published = inStatus.filter(p -> now.isBefore(p.nextTry().plus(OUTDATED)));
    Hold hold = holds.get(target);
    if (published.isEmpty()) {
      resumed.remove(target);
      if (hold != null && hold.published()) {
        // The leader ended it.
        holds.remove(target);
        return Optional.empty();
      }
      return Optional.ofNullable(hold);
    }
    Published leaders = published.get();
    if (leaders.attempts() <= resumed.getOrDefault(target, 0)) {
      return Optional.empty();
    }
    Hold followed =
        hold == null || leaders.attempts() > hold.attempts()
            ? Hold.of(leaders)
            : hold.asPublished();
    put(target, followed);
    return Optional.of(followed);
  }

  private void put(Target target, Hold hold) {
    if (holds.size() < MOST || holds.containsKey(target)) {
      holds.put(target, hold);
    }
  }

  /** Whether one tuned pod that is late is enough, because it is a trial. */
  synchronized boolean isOnTrial(Target target) {
    return Optional.ofNullable(holds.get(target)).flatMap(Hold::trial).isPresent();
  }

  /**
   * Notes that a pod exists. If it was the trial, all is well; if it is another tuned one, it was
   * late, and not refused.
   */
  synchronized void appeared(Target target, String request, boolean tuned) {
    Hold hold = holds.get(target);
    boolean proves = hold != null && ((tuned && hold.own()) || hold.isTrial(request));
    if (proves && !hold.stuck()) {
      holds.remove(target);
      resumed.put(target, hold.attempts());
    }
  }

  /** Notes that a pod exists that started untuned. */
  synchronized void appearedUntuned(UntunedPods.Owner owner, Instant created) {
    untuned.add(owner, created);
    holds.replaceAll(
        (target, hold) ->
            hold.anyway()
                    && UntunedPods.Owner.of(target).equals(owner)
                    && !created.isBefore(hold.attempt(intervals))
                ? hold.refused(false)
                : hold);
  }

  /** Notes that tuned pods were refused. */
  synchronized void refused(Target target) {
    Hold before = holds.get(target);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    int attempts = before == null ? 1 : before.attempts() + 1;
    resumed.remove(target);
    put(
        target,
        Hold.of(
            new Held(
                target,
                attempts,
                before == null ? now : before.since(),
                now.plus(intervals.refused(attempts)),
                before != null && before.anyway())));
  }

  /** Notes that untuned pods of a suspended owner are refused, too. */
  synchronized void refusedAnyway(Target target) {
    holds.computeIfPresent(target, (t, hold) -> hold.refused(true));
  }

  /** Brings all up to date with what the leader published. */
  synchronized void follow(Function<Target, Optional<Published>> published) {
    List.copyOf(holds.keySet()).forEach(target -> current(target, published.apply(target)));
    resumed.keySet().removeIf(target -> published.apply(target).isEmpty());
    Instant outdated = clock.instant().minus(OUTDATED);
    holds.values().removeIf(hold -> hold.nextTry().isBefore(outdated));
  }

  /** What this replica saw itself. */
  synchronized List<Held> own() {
    return holds.entrySet().stream()
        .filter(e -> e.getValue().own())
        .map(e -> e.getValue().held(e.getKey()))
        .sorted(Comparator.comparing(held -> held.target().toString()))
        .toList();
  }

  /** Takes up what a replica of this name held before it started again. */
  synchronized void restore(List<Held> before) {
    before.forEach(held -> put(held.target(), Hold.of(held)));
  }
}
