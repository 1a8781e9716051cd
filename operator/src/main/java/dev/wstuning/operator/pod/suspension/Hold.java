package dev.wstuning.operator.pod.suspension;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * That this replica steps aside for an owner.
 *
 * @param own whether this replica saw a refusal itself, not only the leader's word
 * @param published whether the leader's word was seen
 * @param anyway whether pods that are not tuned are refused, too
 * @param stuck whether it takes the leader to see that a trial succeeded
 * @param whole whether all of the tuning is suspended, so that this owner may never have had a
 *     refusal
 * @param trial the pod that is tuned to see what becomes of it; empty if none is
 */
record Hold(
    int attempts,
    Instant since,
    Instant nextTry,
    boolean own,
    boolean published,
    boolean anyway,
    boolean stuck,
    boolean whole,
    Optional<Trial> trial) {

  /**
   * @param request by which the pod is created
   */
  record Trial(String request, Instant at) {}

  static Hold of(Published leaders) {
    return new Hold(
        leaders.attempts(),
        leaders.nextTry(),
        leaders.nextTry(),
        false,
        true,
        false,
        leaders.stuck(),
        leaders.owner().isEmpty(),
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
        false,
        Optional.empty());
  }

  Hold onTrial(Trial next) {
    return new Hold(
        attempts, since, nextTry, own, published, anyway, stuck, whole, Optional.of(next));
  }

  Hold asPublished() {
    return new Hold(attempts, since, nextTry, own, true, anyway, stuck, whole, trial);
  }

  Hold refused(boolean untunedToo) {
    return new Hold(attempts, since, nextTry, own, published, untunedToo, stuck, whole, trial);
  }

  /** When the last attempt failed at the earliest: it was seen some time later. */
  Instant attempt(Intervals intervals) {
    return nextTry
        .minus(intervals.pause(stuck, attempts))
        .minus(AdmittedPods.LATE)
        .minus(Intervals.SLACK);
  }

  /** Whether the fate of a trial is not known yet, and may still become known. */
  boolean isTried(Instant now, Intervals intervals) {
    Duration longest = intervals.pause(stuck, 1);
    return trial.filter(t -> now.isBefore(t.at().plus(longest))).isPresent();
  }

  boolean isTrial(String request) {
    return trial.filter(t -> t.request().equals(request)).isPresent();
  }

  Held held(Target target) {
    return new Held(target, attempts, since, nextTry, anyway);
  }
}
