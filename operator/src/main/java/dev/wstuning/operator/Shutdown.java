package dev.wstuning.operator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a replica ends: it is not ready any more; it goes on serving admission, from caches that are
 * kept up to date, until nobody calls it; it stops listening; and only then all else is closed, the
 * newest first. A pod that is admitted meanwhile gets the same plan as from any other replica.
 */
final class Shutdown {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  /** Endpoints of a replica that ends stay in use for a moment. */
  static final Duration DRAIN = Duration.ofSeconds(5);

  private final Readiness readiness;
  private final Duration drain;
  private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
  private Optional<Server> server = Optional.empty();

  /**
   * @param drain how it is told that it ends
   * @param stop how it is stopped
   */
  private record Server(Runnable drain, AutoCloseable stop) {}

  Shutdown(Readiness readiness, Duration drain) {
    this.readiness = readiness;
    this.drain = drain;
  }

  synchronized <T extends AutoCloseable> T closeLater(T closeable) {
    closeables.push(closeable);
    return closeable;
  }

  /**
   * What serves while all else is still there.
   *
   * @param drained tells it that it ends soon
   * @param stopped stops it
   */
  synchronized void drainFirst(Runnable drained, AutoCloseable stopped) {
    server = Optional.of(new Server(drained, stopped));
  }

  /** Has the end of the process run it. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::run, "shutdown"));
  }

  synchronized void run() {
    LOG.info("msg=\"shutting down\"");
    readiness.ends();
    server.ifPresent(
        s -> {
          s.drain().run();
          pause();
          close(s.stop());
        });
    closeables.forEach(Shutdown::close);
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.warn("msg=\"cannot close\" what={}", closeable, e);
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(drain.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
