package dev.wstuning.operator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a replica ends. First it is no longer ready. It goes on serving admission, from caches that
 * are kept up to date, until API servers no longer call it. Then it stops listening, and only then
 * everything else is closed, the newest first. A pod that is admitted until then gets the same plan
 * as from any other replica.
 */
final class Shutdown {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  /** How long API servers may still use the endpoint of a replica that ends. */
  static final Duration DRAIN = Duration.ofSeconds(5);

  private final Readiness readiness;
  private final Duration drain;
  private final Deque<AutoCloseable> closeables = new ArrayDeque<>();
  private Optional<Server> server = Optional.empty();

  /**
   * @param drain announces that the server ends soon
   * @param stop stops the server
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
   * Sets the server that ends before everything else is closed.
   *
   * @param drained announces that the server ends soon
   * @param stopped stops the server
   */
  synchronized void drainFirst(Runnable drained, AutoCloseable stopped) {
    server = Optional.of(new Server(drained, stopped));
  }

  /** Makes the end of the process run the shutdown. */
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
