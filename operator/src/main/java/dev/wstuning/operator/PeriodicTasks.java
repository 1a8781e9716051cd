package dev.wstuning.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Periodic tasks that do not depend on events. A task that fails, even with an Error, runs again
 * the next time.
 */
final class PeriodicTasks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTasks.class);

  /** So that a task that takes long does not hold up the others. */
  private static final int THREADS = 4;

  private final ScheduledExecutorService executor =
      Executors.newScheduledThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "periodic-tasks");
            thread.setDaemon(true);
            return thread;
          });

  void add(String name, Duration after, Duration every, Runnable task) {
    executor.scheduleWithFixedDelay(
        () -> perform(name, task), after.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Catches Errors, too: an executor never runs a task again that threw one. */
  static void perform(String name, Runnable task) {
    try {
      task.run();
    } catch (KubernetesClientException e) {
      LOG.warn(
          "msg=\"task failed, trying again later\" task=\"{}\" problem=\"{}\"",
          name,
          e.getMessage());
    } catch (Exception e) {
      LOG.warn("msg=\"task failed, trying again later\" task=\"{}\"", name, e);
    } catch (Error e) {
      LOG.error("msg=\"task failed badly, trying again later\" task=\"{}\"", name, e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
