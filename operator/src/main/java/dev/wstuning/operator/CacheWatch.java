package dev.wstuning.operator;

import dev.wstuning.operator.pod.reconciler.SelectedPods;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * For how long the caches of a replica have not been watching. A cache that is not may be outdated,
 * but is no reason to restart the replica.
 */
final class CacheWatch {

  /** Of which kinds there are caches. If there are several caches of a kind, all must watch. */
  static final List<String> KINDS =
      List.of(
          "ConfigMap",
          "DaemonSet",
          "MutatingWebhookConfiguration",
          "Namespace",
          "Node",
          "Pod",
          "ReplicaSet",
          "Secret",
          "WebSocketNodeState",
          "WebSocketNodeTuning",
          "WebSocketPodPlan",
          "WebSocketTuning");

  private final Supplier<Map<String, Boolean>> watching;
  private final LongSupplier nanoTime;

  /** When a cache was last seen watching, by its kind. */
  private final Map<String, Long> seen = new HashMap<>();

  /**
   * @param watching whether the caches of a kind watch now
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  CacheWatch(Supplier<Map<String, Boolean>> watching, LongSupplier nanoTime) {
    this.watching = watching;
    this.nanoTime = nanoTime;
    KINDS.forEach(kind -> seen.put(kind, nanoTime.getAsLong()));
  }

  /** How many seconds ago each was last seen watching. The more often this looks, the better. */
  synchronized Map<List<String>, Double> secondsNotWatching() {
    Map<String, Boolean> present = watching.get();
    long now = nanoTime.getAsLong();
    Map<List<String>, Double> seconds = new HashMap<>();
    for (String kind : KINDS) {
      if (present.getOrDefault(kind, false)) {
        seen.put(kind, now);
      }
      seconds.put(List.of(kind), (now - seen.get(kind)) / (double) TimeUnit.SECONDS.toNanos(1));
    }
    return seconds;
  }

  /** Whether the caches of these watch, by kind. */
  static Map<String, Boolean> watching(Operator operator, SelectedPods pods) {
    Map<String, Boolean> watching = new HashMap<>(pods.watching());
    operator.getRuntimeInfo().getRegisteredControllers().stream()
        .flatMap(
            c ->
                c.getControllerHealthInfo().informerEventSourceHealthIndicators().values().stream())
        .forEach(
            source -> {
              if (source instanceof EventSource<?, ?> typed
                  && HasMetadata.class.isAssignableFrom(typed.resourceType())) {
                watching.merge(
                    HasMetadata.getKind(typed.resourceType().asSubclass(HasMetadata.class)),
                    watches(source),
                    Boolean::logicalAnd);
              }
            });
    return watching;
  }

  /** Whether the caches of a kind watch in both of these. */
  static Map<String, Boolean> both(Map<String, Boolean> some, Map<String, Boolean> others) {
    Map<String, Boolean> both = new HashMap<>(some);
    others.forEach((kind, watches) -> both.merge(kind, watches, Boolean::logicalAnd));
    return both;
  }

  private static boolean watches(InformerWrappingEventSourceHealthIndicator<?> source) {
    return source.informerHealthIndicators().values().stream()
        .allMatch(InformerHealthIndicator::isWatching);
  }
}
