package dev.wstuning.operator;

import dev.wstuning.operator.pace.Pauses;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of the process that may fail without the rest: it is closed and made again, after a pause
 * that doubles from one failure to the next.
 */
final class Restarting<T extends Restarting.Part> implements AutoCloseable {

  static final Pauses USUAL = new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private static final Logger LOG = LoggerFactory.getLogger(Restarting.class);

  /** How long {@link #close} waits for a part that is being closed. */
  private static final Duration LAST_WORK = Duration.ofSeconds(15);

  private final String name;
  private final Function<CompletableFuture<Void>, T> maker;
  private final Pauses pauses;
  private final LongSupplier nanoTime;
  private final Thread thread;
  private volatile Optional<T> current = Optional.empty();
  private volatile boolean closed;

  /** What is started, and closed even if it did not start. */
  interface Part extends AutoCloseable {
    void start() throws Exception;

    @Override
    void close();
  }

  /**
   * @param name the name of the part in the log
   * @param maker makes the part, which completes what it is given exceptionally when it has failed
   * @param pauses between two parts; one that ran for longer than the longest fails for the first
   *     time
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  Restarting(
      String name,
      Function<CompletableFuture<Void>, T> maker,
      Pauses pauses,
      LongSupplier nanoTime) {
    this.name = name;
    this.maker = maker;
    this.pauses = pauses;
    this.nanoTime = nanoTime;
    this.thread = new Thread(this::run, name);
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** The part that runs now, or is being started; empty between two. */
  Optional<T> current() {
    return current;
  }

  private void run() {
    Duration pause = pauses.first();
    while (!closed) {
      long start = nanoTime.getAsLong();
      try {
        runOnce();
        return;
      } catch (InterruptedException e) {
        return;
      } catch (Exception | LinkageError e) {
        if (nanoTime.getAsLong() - start > pauses.longest().toNanos()) {
          pause = pauses.first();
        }
        LOG.error("msg=\"starting again after a failure\" what={} pause={}", name, pause, e);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        return;
      }
      pause = pauses.after(pause);
    }
  }

  private void runOnce() throws Exception {
    CompletableFuture<Void> failure = new CompletableFuture<>();
    try (T part = maker.apply(failure)) {
      current = Optional.of(part);
      part.start();
      failure.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      current = Optional.empty();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(LAST_WORK.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
