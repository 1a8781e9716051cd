package dev.wstuning.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this replica is the leader, which alone writes. The replica takes part in elections as
 * long as the process lives: neither a lost lease nor an API server that is away ends that.
 */
final class Leadership implements AutoCloseable {

  /**
   * @param lease how long others wait for the next renewal
   * @param renewWithin how long this replica tries to renew before it takes part in the next
   *     election
   * @param retry between two attempts; also between two elections
   */
  record Timing(Duration lease, Duration renewWithin, Duration retry) {

    /** How long this replica leads after a renewal. What it began by then ends within the lease. */
    Duration leads() {
      return lease.minus(lease.dividedBy(5));
    }

    static final Timing USUAL =
        new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final KubernetesClient client;
  private final SturdyLock lock;
  private final Timing timing;
  private final Runnable onGain;
  private final ExecutorService executor =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "leadership");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean leading;
  private volatile int terms;
  private volatile boolean closed;
  private volatile CompletableFuture<?> election;

  /**
   * @param client a client with short time-outs and no retries, so that a renewal is over before
   *     the lease is
   * @param onGain runs, on a thread of its own, each time this replica becomes the leader
   */
  Leadership(KubernetesClient client, Lock lock, Timing timing, Runnable onGain) {
    this.client = client;
    this.lock = new SturdyLock(lock, System::nanoTime, timing.leads(), this::gained);
    this.timing = timing;
    this.onGain = onGain;
  }

  void start() {
    executor.execute(this::standAgainAndAgain);
  }

  /** Whether this replica leads: it took the lease, and renewed it a short while ago. */
  boolean held() {
    return leading && lock.held();
  }

  /** How many times this replica became the leader. */
  int term() {
    return terms;
  }

  /** A task that is done only while this replica leads. */
  Runnable whileHeld(Runnable task) {
    return () -> {
      if (held()) {
        task.run();
      }
    };
  }

  /** A task that is done only while this replica leads, and in each term until it succeeds once. */
  Runnable onceInATerm(Runnable task) {
    AtomicInteger doneIn = new AtomicInteger();
    return whileHeld(
        () -> {
          int term = terms;
          if (doneIn.get() != term) {
            task.run();
            doneIn.set(term);
          }
        });
  }

  private void standAgainAndAgain() {
    while (!closed) {
      try {
        stand();
      } catch (CancellationException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("msg=\"election failed, trying again\"", e);
      } finally {
        lost();
      }
      pause();
    }
  }

  /** Takes part in one election, and returns when the lease is lost. */
  private void stand() {
    CompletableFuture<?> now = new LeaderElector(client, config(), executor).start();
    election = now;
    if (closed) {
      now.cancel(true);
    }
    now.join();
  }

  private LeaderElectionConfig config() {
    return new LeaderElectionConfigBuilder()
        .withName(lock.describe())
        .withLock(lock)
        .withLeaseDuration(timing.lease())
        .withRenewDeadline(timing.renewWithin())
        .withRetryPeriod(timing.retry())
        .withLeaderCallbacks(
            new LeaderCallbacks(
                () -> {}, // Not yet: the elector has read the lease, but may not get it.
                this::lost,
                identity -> LOG.info("msg=\"leader elected\" leader={}", identity)))
        .build();
  }

  /** Also after a late renewal, because another replica may have led in the meantime. */
  private synchronized void gained() {
    if (!closed) {
      terms++;
      leading = true;
      LOG.info("msg=\"leading\"");
      executor.execute(onGain);
    }
  }

  private synchronized void lost() {
    lock.lost();
    if (leading) {
      leading = false;
      LOG.info("msg=\"no longer leading\"");
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(timing.retry().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the lease back, so that another replica leads at once, and takes part in no election. */
  @Override
  public void close() {
    closed = true;
    lost();
    CompletableFuture<?> last = election;
    if (last != null) {
      // After this the elector writes no more. It may have taken the lease a moment ago, which its
      // own release on cancellation overlooks.
      last.cancel(true);
      giveBack();
    }
    executor.shutdownNow();
  }

  private void giveBack() {
    try {
      lock.giveBack(client);
    } catch (KubernetesClientException e) {
      LOG.warn("msg=\"lease not given back, it expires\" problem=\"{}\"", e.getMessage());
    }
  }
}
