package dev.wstuning.operator.pace;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A cluster-wide rate limit in turns per second, shared fairly. Anyone who gets no turn waits in a
 * queue, and its head is served first. Anyone who had a turn and wants another queues up at the
 * end.
 */
public final class RateLimit {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** How long a place in the queue lasts if its owner does not try again. */
  private static final Duration ATTENTION = Duration.ofSeconds(10);

  private final int perSecond;
  private final Clock clock;

  /** Who waits, in order, and when each tried last. */
  private final Map<String, Instant> queue = new LinkedHashMap<>();

  private Instant second = Instant.EPOCH;
  private int spent;

  public RateLimit(int perSecond, Clock clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /**
   * Takes a turn. False if this second's turns are spent, or if those before {@code who} in the
   * queue need what is left of them.
   *
   * @param who names the owner of a share, such as the uid of a tuning
   */
  public synchronized boolean take(String who) {
    Instant now = clock.instant();
    if (Duration.between(second, now).compareTo(SECOND) >= 0) {
      second = now;
      spent = 0;
      queue.values().removeIf(asked -> asked.plus(ATTENTION).isBefore(now));
    }
    int left = perSecond - spent;
    if (atMostBefore(who, left) == left) {
      // Later tries do not change the place in the queue.
      queue.put(who, now);
      return false;
    }
    spent++;
    queue.remove(who);
    return true;
  }

  /** How many wait before {@code who}, counted up to {@code limit}. */
  private long atMostBefore(String who, int limit) {
    return queue.keySet().stream().takeWhile(other -> !other.equals(who)).limit(limit).count();
  }
}
