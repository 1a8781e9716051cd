package dev.wstuning.operator;

import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the framework is set up. */
final class Framework {

  private static final Logger LOG = LoggerFactory.getLogger(Framework.class);

  /**
   * How long the framework waits for an informer. One that has not synced by then goes on trying.
   */
  private static final Duration CACHE_SYNC = Duration.ofSeconds(10);

  /** How long reconciliations may take to finish when a replica ends. */
  private static final Duration LAST_RECONCILIATIONS = Duration.ofSeconds(5);

  private Framework() {}

  /**
   * Without the framework's leader election, which ends the process when it loses its first lease.
   */
  static Operator operator(Clients clients) {
    return new Operator(
        overrider ->
            overrider
                .withKubernetesClient(clients.patient())
                .withCloseClientOnStop(false)
                .withResourceCloner(new TuningCloner(clients.patient()))
                .withStopOnInformerErrorDuringStartup(false)
                .withCacheSyncTimeout(CACHE_SYNC)
                .withInformerStoppedHandler(Framework::cacheStopped)
                .withReconciliationTerminationTimeout(LAST_RECONCILIATIONS));
  }

  /** A stopped cache would answer with outdated objects, and only a new process has a new cache. */
  static void cacheStopped(SharedIndexInformer<?> informer, Throwable failure) {
    if (failure != null) {
      LOG.error("msg=\"a cache stopped, restarting the process\" cache={}", informer, failure);
      new Thread(() -> System.exit(3), "cache-stopped").start();
    }
  }
}
