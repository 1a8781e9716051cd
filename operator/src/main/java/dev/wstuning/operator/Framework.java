package dev.wstuning.operator;

import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the framework is set up. */
final class Framework {

  private static final Logger LOG = LoggerFactory.getLogger(Framework.class);

  /**
   * How long the framework waits for an informer. One that has not synced by then goes on trying.
   */
  private static final Duration CACHE_SYNC = Duration.ofSeconds(10);

  /**
   * How many reconciliations run at a time. They wait for the API server most of the time, and each
   * holds memory.
   */
  private static final int RECONCILIATIONS = 12;

  /** How long reconciliations may take to finish when a replica ends. */
  private static final Duration LAST_RECONCILIATIONS = Duration.ofSeconds(5);

  private Framework() {}

  /**
   * Without the framework's leader election, which ends the process when it loses its first lease.
   *
   * @param failed hears of a cache that stopped: it would answer with outdated objects
   */
  static Operator operator(Clients clients, Consumer<Throwable> failed) {
    return new Operator(
        overrider ->
            overrider
                .withKubernetesClient(clients.patient())
                .withCloseClientOnStop(false)
                .withResourceCloner(new TuningCloner(clients.patient()))
                .withStopOnInformerErrorDuringStartup(false)
                .withConcurrentReconciliationThreads(RECONCILIATIONS)
                .withCacheSyncTimeout(CACHE_SYNC)
                .withInformerStoppedHandler(
                    (informer, failure) -> {
                      if (failure != null) {
                        failed.accept(failure);
                      }
                    })
                .withReconciliationTerminationTimeout(LAST_RECONCILIATIONS));
  }

  /** Without one of the caches of admission a replica would answer with outdated plans. */
  static void cacheStopped(SharedIndexInformer<?> informer, Throwable failure) {
    LOG.error("msg=\"a cache stopped, restarting the process\" cache={}", informer, failure);
    new Thread(() -> System.exit(3), "cache-stopped").start();
  }
}
