package dev.wstuning.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * A lock whose failures are always of the kind that the elector retries: after others it would
 * never return (LeaderElector.start() of fabric8 7.5). A Lease that cannot be read, because someone
 * emptied it, counts as vacant. The lock knows when the lease was last written, and this decides
 * who leads: the elector already takes a replica for the leader that reads an old record of its
 * own.
 */
final class SturdyLock implements Lock {

  private static final ZonedDateTime LONG_AGO = Instant.EPOCH.atZone(ZoneOffset.UTC);
  private static final LeaderElectionRecord VACANT =
      new LeaderElectionRecord("", Duration.ofSeconds(1), LONG_AGO, LONG_AGO, 0);

  private final Lock lock;
  private final LongSupplier nanoTime;
  private final Duration lasts;
  private final Runnable onTaken;
  private volatile OptionalLong written = OptionalLong.empty();

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   * @param lasts how long the lease is held, from the beginning of the request that wrote it
   * @param onTaken runs each time the lease is taken, or is renewed after it was no longer held
   */
  SturdyLock(Lock lock, LongSupplier nanoTime, Duration lasts, Runnable onTaken) {
    this.lock = lock;
    this.nanoTime = nanoTime;
    this.lasts = lasts;
    this.onTaken = onTaken;
  }

  boolean held() {
    OptionalLong last = written;
    return last.isPresent() && nanoTime.getAsLong() - last.getAsLong() < lasts.toNanos();
  }

  /** Notes that the lease is lost, regardless of earlier writes. */
  void lost() {
    written = OptionalLong.empty();
  }

  @Override
  public LeaderElectionRecord get(KubernetesClient client) {
    try {
      return lock.get(client);
    } catch (KubernetesClientException e) {
      throw e;
    } catch (RuntimeException e) {
      return VACANT;
    }
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    sturdy(() -> lock.create(client, record));
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    sturdy(() -> lock.update(client, record));
  }

  private void sturdy(Runnable request) {
    long began = nanoTime.getAsLong();
    try {
      request.run();
      boolean taken = !held();
      written = OptionalLong.of(began);
      if (taken) {
        onTaken.run();
      }
    } catch (KubernetesClientException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new KubernetesClientException("write the lease: " + e, e);
    }
  }

  /** Makes the lease vacant if this replica has it. */
  void giveBack(KubernetesClient client) {
    LeaderElectionRecord now = get(client);
    if (now != null && identity().equals(now.getHolderIdentity())) {
      lock.update(
          client,
          new LeaderElectionRecord(
              "",
              Duration.ofSeconds(1),
              now.getAcquireTime(),
              now.getRenewTime(),
              now.getLeaderTransitions()));
    }
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}
