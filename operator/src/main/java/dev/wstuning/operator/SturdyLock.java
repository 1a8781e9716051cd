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
 * A lock whose every failure is one that the elector tries again: after others it would never
 * return (LeaderElector.start() of fabric8 7.5). A Lease that cannot be read, because somebody
 * emptied it, is vacant. It knows when the lease was last written, which is what leading goes by:
 * the elector already calls one a leader that reads an old record of its own.
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
   * @param nanoTime a clock that nobody sets, such as {@link System#nanoTime}
   * @param lasts for how long it is held from the beginning of a request that wrote it
   * @param onTaken runs each time the lease is taken, or renewed after it was not held any more
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

  /** It is lost, whatever was written before. */
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

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}
