package dev.wstuning.operator.pod.nodeplan;

import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.publish.TargetRequests;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes the plans that the agents of nodes read. Each write reaches the agents of all nodes, so
 * nothing is written that is there already, and only a few in a second. Not for several threads at
 * once.
 */
final class PodPlanWriter {

  /** What a deletion requests. */
  private static final String GONE = "gone";

  /** How long the cache may be behind what was written. */
  private static final Duration CATCHES_UP = Duration.ofSeconds(10);

  /** Agents must not know a tuning without the older ones, so the youngest go first. */
  private static final Comparator<WebSocketPodPlan> YOUNGEST_FIRST =
      Comparator.comparing((WebSocketPodPlan p) -> p.getSpec() == null ? "" : p.getSpec().created())
          .thenComparing(p -> p.getMetadata().getName())
          .reversed();

  private final Supplier<Collection<WebSocketTuning>> tunings;
  private final Plans plans;
  private final Predicate<String> touchable;
  private final TargetRequests requests;
  private final LongSupplier nanoTime;
  private final NamespacePlans namespaces = new NamespacePlans();

  /** What was written last, by target. */
  private final Map<String, Written> written = new HashMap<>();

  /**
   * @param what the spec and the owner, or {@link #GONE}
   */
  private record Written(Object what, long at) {}

  /**
   * @param tunings those of all namespaces
   * @param touchable whether pods of a namespace may be tuned at all
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  PodPlanWriter(
      Supplier<Collection<WebSocketTuning>> tunings,
      Plans plans,
      Predicate<String> touchable,
      TargetRequests requests,
      LongSupplier nanoTime) {
    this.tunings = tunings;
    this.plans = plans;
    this.touchable = touchable;
    this.requests = requests;
    this.nanoTime = nanoTime;
  }

  /**
   * Writes what differs, and removes what is not needed.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server has a fault:
   *     the next pass goes on
   */
  void converge() {
    plans
        .list()
        .ifPresent(
            present ->
                converge(
                    present.stream().collect(Collectors.toMap(PodPlanWriter::target, p -> p))));
  }

  private void converge(Map<String, WebSocketPodPlan> present) {
    requests.beginPass();
    Map<String, List<WebSocketPodPlan>> wanted = wanted();
    Set<String> needed = new HashSet<>();
    wanted.values().forEach(all -> all.forEach(plan -> needed.add(target(plan))));
    List<WebSocketPodPlan> surplus =
        present.values().stream()
            .filter(plan -> !needed.contains(target(plan)))
            .sorted(YOUNGEST_FIRST)
            .toList();
    needed.addAll(present.keySet());
    requests.retain(needed);
    written.keySet().retainAll(needed);
    wanted.values().forEach(all -> write(all, present));
    surplus.forEach(this::remove);
  }

  /** The plans by namespace. */
  private Map<String, List<WebSocketPodPlan>> wanted() {
    Collection<WebSocketTuning> all = tunings.get();
    namespaces.retain(all);
    Map<String, List<WebSocketPodPlan>> wanted = new TreeMap<>();
    all.stream()
        .filter(t -> touchable.test(t.getMetadata().getNamespace()))
        .collect(Collectors.groupingBy(t -> t.getMetadata().getNamespace()))
        .forEach((namespace, some) -> wanted.put(namespace, namespaces.of(some)));
    return wanted;
  }

  /** Without one of them, agents would take younger ones for the owners of its pods. */
  private void write(List<WebSocketPodPlan> oldestFirst, Map<String, WebSocketPodPlan> present) {
    for (WebSocketPodPlan plan : oldestFirst) {
      if (!holds(plan, present.get(target(plan)))) {
        return;
      }
    }
  }

  private boolean holds(WebSocketPodPlan wanted, WebSocketPodPlan present) {
    String target = target(wanted);
    List<Object> what = List.of(wanted.getSpec(), wanted.getMetadata().getOwnerReferences());
    if ((present != null && NamespacePlans.alike(wanted, present)) || isWritten(target, what)) {
      requests.settled(target);
      return true;
    }
    return requests.ask(target, what, () -> write(target, what, () -> plans.apply(wanted)));
  }

  private void remove(WebSocketPodPlan plan) {
    String target = target(plan);
    if (!isWritten(target, GONE)) {
      requests.ask(target, GONE, () -> write(target, GONE, () -> plans.delete(plan)));
    }
  }

  private boolean isWritten(String target, Object what) {
    Written last = written.get(target);
    return last != null
        && last.what().equals(what)
        && nanoTime.getAsLong() - last.at() < CATCHES_UP.toNanos();
  }

  private void write(String target, Object what, Runnable request) {
    request.run();
    written.put(target, new Written(what, nanoTime.getAsLong()));
  }

  private static String target(WebSocketPodPlan plan) {
    return "websocketpodplan/%s/%s"
        .formatted(plan.getMetadata().getNamespace(), plan.getMetadata().getName());
  }
}
