package dev.wstuning.operator.publish;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** How often the status of a resource is written if nothing in it is pressing. */
public final class WritePace {

  private final Duration pause;
  private final LongSupplier nanoTime;

  /** The time of the last write, by the uid of the resource. */
  private final Map<String, Long> writes = new ConcurrentHashMap<>();

  /** For statuses in which only numbers change. */
  public static WritePace ofStatuses() {
    return new WritePace(Duration.ofSeconds(5), System::nanoTime);
  }

  /** For events of a resource. */
  public static WritePace ofEvents() {
    return new WritePace(Duration.ofSeconds(10), System::nanoTime);
  }

  /**
   * @param pause between two writes
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  WritePace(Duration pause, LongSupplier nanoTime) {
    this.pause = pause;
    this.nanoTime = nanoTime;
  }

  /** How long the next write has to wait; zero if it does not. */
  Duration remaining(String uid) {
    Long last = writes.get(uid);
    if (last == null) {
      return Duration.ZERO;
    }
    Duration left = pause.minusNanos(nanoTime.getAsLong() - last);
    return left.isNegative() ? Duration.ZERO : left;
  }

  void wrote(String uid) {
    writes.put(uid, nanoTime.getAsLong());
  }

  /** Forgets a resource that is gone. */
  void forget(String uid) {
    writes.remove(uid);
  }
}
