package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How often there is a pass over a tuning if nothing but its pods changes: thousands of them may
 * change within a minute. Passes take at most a tenth of a processor, until one of them takes 0.1
 * s.
 */
final class PassPace {

  /** How many times its own time a pass is followed by none. */
  private static final int REST = 9;

  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private final LongSupplier processorTime;

  /** By the uid of the tuning. */
  private final Map<String, Last> passes = new ConcurrentHashMap<>();

  /**
   * The last pass over a tuning.
   *
   * @param generation of its spec
   * @param end nanosecond
   */
  private record Last(long generation, long end, Duration rest) {}

  static PassPace ofProcessor() {
    return new PassPace(
        System::nanoTime, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
  }

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   * @param processorTime nanoseconds for which the present thread has had a processor: time in
   *     which a pass waits for answers costs nothing
   */
  PassPace(LongSupplier nanoTime, LongSupplier processorTime) {
    this.nanoTime = nanoTime;
    this.processorTime = processorTime;
  }

  /** How long the next pass has to wait; zero if it does not. */
  Duration remaining(WebSocketTuning tuning) {
    Last last = passes.get(tuning.getMetadata().getUid());
    if (last == null || last.generation() != tuning.getMetadata().getGeneration()) {
      return Duration.ZERO;
    }
    Duration left = last.rest().minusNanos(nanoTime.getAsLong() - last.end());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Passes. */
  <T> T time(WebSocketTuning tuning, Supplier<T> pass) {
    long start = processorTime.getAsLong();
    T outcome = pass.get();
    Duration rest = Duration.ofNanos(REST * (processorTime.getAsLong() - start));
    passes.put(
        tuning.getMetadata().getUid(),
        new Last(
            tuning.getMetadata().getGeneration(),
            nanoTime.getAsLong(),
            rest.compareTo(LONGEST) < 0 ? rest : LONGEST));
    return outcome;
  }

  /** Forgets a tuning that is gone. */
  void forget(String tuningUid) {
    passes.remove(tuningUid);
  }
}
