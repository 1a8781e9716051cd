package dev.wstuning.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * A lock whose every failure is one that the elector tries again: after others it would never
 * return (LeaderElector.start() of fabric8 7.5). A Lease that cannot be read, because somebody
 * emptied it, is vacant.
 */
record SturdyLock(Lock lock) implements Lock {

  private static final ZonedDateTime LONG_AGO = Instant.EPOCH.atZone(ZoneOffset.UTC);
  private static final LeaderElectionRecord VACANT =
      new LeaderElectionRecord("", Duration.ofSeconds(1), LONG_AGO, LONG_AGO, 0);

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

  private static void sturdy(Runnable request) {
    try {
      request.run();
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
