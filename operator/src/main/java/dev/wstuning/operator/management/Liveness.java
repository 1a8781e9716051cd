package dev.wstuning.operator.management;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether the threads of this process make progress. Nothing else counts: an API server that is
 * away, or a cache that is behind, is no reason to kill a replica that serves admission.
 */
public final class Liveness implements AutoCloseable {

  /** How long a pool may take to run a task that does nothing. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration BEAT = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private final List<Pulse> pulses = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "liveness");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public Liveness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    // The timer watches itself: a process without processor time does not make progress either.
    watch("the timer", Runnable::run);
  }

  /**
   * Watches from now on whether {@code pool} makes progress.
   *
   * @param name the name of the pool in a problem
   */
  public void watch(String name, Executor pool) {
    pulses.add(new Pulse(name, pool));
  }

  public void start() {
    timer.scheduleWithFixedDelay(this::beat, 0, BEAT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Gives every pool its next task. */
  void beat() {
    pulses.forEach(Pulse::beat);
  }

  /** Why this process must be restarted; empty if it does not have to be. */
  public Optional<String> problem() {
    long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
    if (deadlocked != null) {
      return Optional.of("%d threads are deadlocked".formatted(deadlocked.length));
    }
    return pulses.stream()
        .filter(Pulse::stopped)
        .findFirst()
        .map(p -> "the threads of %s have made no progress for a minute".formatted(p.name));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private final class Pulse {
    private final String name;
    private final Executor pool;
    private volatile long last;
    private volatile boolean waiting;

    Pulse(String name, Executor pool) {
      this.name = name;
      this.pool = pool;
      this.last = nanoTime.getAsLong();
    }

    void beat() {
      if (waiting) {
        return;
      }
      waiting = true;
      try {
        pool.execute(this::ran);
      } catch (RejectedExecutionException e) {
        // A full or stopped pool: the next beat tries again.
        waiting = false;
      }
    }

    private void ran() {
      last = nanoTime.getAsLong();
      waiting = false;
    }

    boolean stopped() {
      return nanoTime.getAsLong() - last > PATIENCE.toNanos();
    }
  }
}
