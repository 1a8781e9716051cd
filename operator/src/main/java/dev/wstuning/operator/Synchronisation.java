package dev.wstuning.operator;

import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until the caches are filled, even if the API server is away for some time. */
final class Synchronisation {

  private static final Logger LOG = LoggerFactory.getLogger(Synchronisation.class);

  private Synchronisation() {}

  /**
   * Returns when every informer has had its first list.
   *
   * @param failure ends the waiting when it is completed
   */
  static void await(Operator operator, Future<?> failure)
      throws InterruptedException, ExecutionException {
    List<String> before = List.of();
    for (List<String> missing = missing(operator);
        !missing.isEmpty();
        missing = missing(operator)) {
      if (!missing.equals(before)) {
        LOG.warn("msg=\"waiting for caches\" missing={}", missing);
      }
      before = missing;
      try {
        failure.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        // Nothing failed: the next look may find that all are filled.
      }
    }
  }

  @SuppressWarnings("rawtypes") // of the framework
  private static List<String> missing(Operator operator) {
    return operator
        .getRuntimeInfo()
        .unhealthyInformerWrappingEventSourceHealthIndicator()
        .values()
        .stream()
        .flatMap(sources -> sources.entrySet().stream())
        .filter(source -> !synced(source.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static boolean synced(InformerWrappingEventSourceHealthIndicator<?> source) {
    return source.informerHealthIndicators().values().stream()
        .allMatch(InformerHealthIndicator::hasSynced);
  }
}
