package dev.wstuning.operator.publish;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * How many writes are made: a limited number in any second, and only for a moment in one pass, so
 * that a slow API server holds up no thread. What is left over is done in the next pass. Not for
 * several threads at once.
 */
public final class WriteBudget {

  private static final Duration WINDOW = Duration.ofSeconds(1);

  /** How long a pass may go on writing. */
  private static final Duration PASS = Duration.ofSeconds(2);

  private final int most;
  private final LongSupplier nanoTime;

  /** When the last writes were made, the oldest first. */
  private final Deque<Long> writes = new ArrayDeque<>();

  private long began;
  private boolean exceeded;

  /**
   * @param most in a second
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public WriteBudget(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /** A pass begins. */
  public void begin() {
    began = nanoTime.getAsLong();
    exceeded = false;
  }

  /** Whether one more write may be made now, which then counts. */
  public boolean take() {
    long now = nanoTime.getAsLong();
    while (!writes.isEmpty() && now - writes.peekFirst() >= WINDOW.toNanos()) {
      writes.removeFirst();
    }
    if (writes.size() >= most || now - began >= PASS.toNanos()) {
      exceeded = true;
      return false;
    }
    writes.addLast(now);
    return true;
  }

  /** Whether this pass left something for the next one. */
  public boolean exceeded() {
    return exceeded;
  }
}
