package dev.wstuning.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done from time to time whether or not anything happens. A duty that fails, in
 * whatever way, is done again the next time.
 */
final class PeriodicTasks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTasks.class);

  /** A duty that takes long, or waits for an answer, holds up no other. */
  private static final int THREADS = 4;

  private final Leadership leadership;
  private final ScheduledExecutorService executor =
      Executors.newScheduledThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "duties");
            thread.setDaemon(true);
            return thread;
          });

  PeriodicTasks(Leadership leadership) {
    this.leadership = leadership;
  }

  /** A duty of every replica. */
  void ofAll(String name, Duration after, Duration every, Runnable duty) {
    executor.scheduleWithFixedDelay(
        () -> perform(name, duty), after.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A duty of the leader. */
  void ofLeader(String name, Duration after, Duration every, Runnable duty) {
    ofAll(
        name,
        after,
        every,
        () -> {
          if (leadership.held()) {
            duty.run();
          }
        });
  }

  /** A duty that every new leader has once, until it succeeds. */
  void ofNewLeader(String name, Duration after, Duration every, Runnable duty) {
    ofLeader(name, after, every, new OnceInATerm(leadership, duty));
  }

  /** An executor that is told an Error never runs its task again, so that none gets through. */
  private static void perform(String name, Runnable duty) {
    try {
      duty.run();
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

  private static final class OnceInATerm implements Runnable {
    private final Leadership leadership;
    private final Runnable duty;
    private int doneIn;

    OnceInATerm(Leadership leadership, Runnable duty) {
      this.leadership = leadership;
      this.duty = duty;
    }

    @Override
    public void run() {
      int term = leadership.terms();
      if (doneIn != term) {
        duty.run();
        doneIn = term;
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
