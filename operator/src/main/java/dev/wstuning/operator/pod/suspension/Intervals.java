package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pace.Pauses;
import java.time.Duration;
import java.util.List;

/**
 * How long it is until the next trial, and until there is one at all.
 *
 * @param first after a first refusal; all others are multiples
 */
public record Intervals(Duration first) {

  /** The last one repeats. */
  private static final List<Integer> REFUSED = List.of(1, 2, 4, 5);

  private static final int STUCK_FIRST = 5;
  private static final int STUCK_LONGEST = 60;

  public static final Intervals USUAL = new Intervals(Duration.ofMinutes(1));

  /** Clocks differ, and times in a status are whole seconds. */
  static final Duration SLACK = Duration.ofSeconds(2);

  /** How often pods that fail are looked at: nothing changes on them as time passes. */
  static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  /** How long a pod may be unable to start until it is replaced. */
  Duration patience() {
    return first;
  }

  /** The same while the scheduler finds no node: others may have to go first, or nodes to come. */
  Duration patienceWithTheScheduler() {
    return first.multipliedBy(3);
  }

  /** The same for the one that replaces it on the same node, until it is clear that it is us. */
  Duration patienceWithTheNext() {
    return first.multipliedBy(2);
  }

  /** After a full cluster was the cause, the cause may be another one some time later. */
  Duration untilItMayBeUsAgain() {
    return first.multipliedBy(STUCK_LONGEST);
  }

  /** Until another pod of an owner is replaced that is not suspended. */
  Duration untilTheNextReplacement() {
    return first.multipliedBy(STUCK_FIRST);
  }

  /** How long an owner has for making all its pods untuned, before one of them is a trial. */
  Duration untilTheFirstTrial() {
    return first.dividedBy(2);
  }

  /**
   * How long it is from the last of some attempts until the next one.
   *
   * @param stuck whether their pods were admitted, but did not start
   */
  Duration pause(boolean stuck, int attempts) {
    return stuck ? stuck(attempts) : refused(attempts);
  }

  /** After that many attempts that were refused at admission. */
  Duration refused(int attempts) {
    return first.multipliedBy(REFUSED.get(Math.min(attempts, REFUSED.size()) - 1));
  }

  /** After that many attempts whose pods could not start. */
  Duration stuck(int attempts) {
    return new Pauses(first.multipliedBy(STUCK_FIRST), first.multipliedBy(STUCK_LONGEST))
        .following(attempts);
  }
}
