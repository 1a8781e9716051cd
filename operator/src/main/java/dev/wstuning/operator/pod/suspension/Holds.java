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

  /** Up to which attempt a suspension is over, although the leader does not say so yet. */
  private final Map<Target, Integer> resumed = new HashMap<>();

  /**
   * @param own whether this replica saw a refusal itself, not only the leader's word
   * @param published whether the leader's word was seen
   * @param anyway whether pods that are not tuned are refused, too
   * @param stuck whether it takes the leader to see that a trial succeeded
   * @param trial the request whose pod is tuned to see what becomes of it; empty if none is
   */
  private record Hold(
      int attempts,
      Instant since,
      Instant nextTry,
      boolean own,
      boolean published,
      boolean anyway,
      boolean stuck,
      Optional<String> trial) {

    static Hold of(Published leaders) {
      return new Hold(
          leaders.attempts(),
          leaders.nextTry(),
          leaders.nextTry(),
          false,
          true,
          false,
          leaders.stuck(),
          Optional.empty());
    }

    static Hold of(Held own) {
      return new Hold(
          own.attempts(),
          own.since(),
          own.nextTry(),
          true,
          false,
          own.anyway(),
          false,
          Optional.empty());
    }

    Hold onTrial(String request) {
      return new Hold(
          attempts, since, nextTry, own, published, anyway, stuck, Optional.of(request));
    }

    Hold asPublished() {
      return new Hold(attempts, since, nextTry, own, true, anyway, stuck, trial);
    }

    Hold refusedAnyway() {
      return new Hold(attempts, since, nextTry, own, published, true, stuck, trial);
    }

    Held held(Target target) {
      return new Held(target, attempts, since, nextTry, anyway);
    }
  }

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
    if (hold.get().trial().isPresent() || clock.instant().isBefore(hold.get().nextTry())) {
      return false;
    }
    holds.put(target, hold.get().onTrial(request));
    return true;
  }

  /** Whether the next pod would be tuned. */
  synchronized boolean wouldTune(Target target, Optional<Published> published) {
    return current(target, published)
        .filter(h -> h.trial().isPresent() || clock.instant().isBefore(h.nextTry()))
        .isEmpty();
  }

  private Optional<Hold> current(Target target, Optional<Published> published) {
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
    Hold now =
        hold == null || leaders.attempts() > hold.attempts()
            ? Hold.of(leaders)
            : hold.asPublished();
    put(target, now);
    return Optional.of(now);
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

  /** Notes that a pod exists: if it was the trial, all is well. */
  synchronized void appeared(Target target, String request) {
    Hold hold = holds.get(target);
    if (hold != null && !hold.stuck() && hold.trial().filter(request::equals).isPresent()) {
      holds.remove(target);
      resumed.put(target, hold.attempts());
    }
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
    holds.computeIfPresent(target, (t, hold) -> hold.refusedAnyway());
  }

  /** Brings all up to date with what the leader published. */
  synchronized void follow(Function<Target, Optional<Published>> published) {
    List.copyOf(holds.keySet()).forEach(target -> current(target, published.apply(target)));
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
