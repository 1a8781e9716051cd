package dev.wstuning.e2e.support;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Looks at something five times a second in the background, and keeps all that it saw. */
public final class Samples<T> implements AutoCloseable {

  private static final long MILLIS = 200;

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final Queue<T> seen = new ConcurrentLinkedQueue<>();
  private final Supplier<T> look;
  private volatile RuntimeException problem;

  private Samples(Supplier<T> look) {
    this.look = look;
  }

  public static <T> Samples<T> of(Supplier<T> look) {
    Samples<T> samples = new Samples<>(look);
    samples.executor.scheduleWithFixedDelay(samples::take, 0, MILLIS, TimeUnit.MILLISECONDS);
    return samples;
  }

  /** One look that fails is not the end of all. */
  private void take() {
    try {
      seen.add(look.get());
    } catch (RuntimeException e) {
      problem = e;
    }
  }

  /** All that was seen, in order; nothing at all is an error. */
  public List<T> seen() {
    if (seen.isEmpty()) {
      throw new AssertionError("nothing was seen", problem);
    }
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
