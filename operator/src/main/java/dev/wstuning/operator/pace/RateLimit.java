package dev.wstuning.operator.pace;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A number of turns a second. Turns that no one took are saved up for a second. Not for several
 * threads at once.
 */
public final class RateLimit {

  private final long interval;
  private final long credit;
  private final LongSupplier nanoTime;

  /** When the next turn would be if turns were spread evenly, and none was left out. */
  private long next;

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public RateLimit(int perSecond, LongSupplier nanoTime) {
    this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.credit = interval * (perSecond - 1);
    this.nanoTime = nanoTime;
    this.next = nanoTime.getAsLong();
  }

  /** How many nanoseconds it is until there is a turn; zero or less if there is one. */
  public long untilTurn() {
    return next - credit - nanoTime.getAsLong();
  }

  public void take() {
    next = Math.max(next - nanoTime.getAsLong(), 0) + nanoTime.getAsLong() + interval;
  }

  /** Gives back a turn that was not used. */
  void giveBack() {
    next -= interval;
  }
}
