package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Workload;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Since when suspended owners get their pods without us. Before that there must be no trial: a
 * controller whose pods were refused waits longer and longer until it tries again, at last for a
 * quarter of an hour, and each attempt that is spent on a trial leaves the owner without a pod.
 */
final class UntunedPods {

  private static final int MOST = 5_000;

  private final Clock clock;

  /** Oldest first. */
  private final Map<Owner, Instant> since = new LinkedHashMap<>();

  /** With the mark that its pods carry. */
  private record Owner(String namespace, Workload workload, String mark) {

    static Owner of(Target target) {
      return new Owner(target.namespace(), target.owner(), target.mark().toString());
    }
  }

  UntunedPods(Clock clock) {
    this.clock = clock;
  }

  /** Notes that a pod was let through untuned. */
  void add(Target target) {
    add(Owner.of(target));
  }

  /**
   * Notes that an untuned pod exists.
   *
   * @param mark what it carries
   */
  void add(String namespace, Workload workload, String mark) {
    add(new Owner(namespace, workload, mark));
  }

  private void add(Owner owner) {
    since.putIfAbsent(owner, clock.instant());
    if (since.size() > MOST) {
      since.remove(since.keySet().iterator().next());
    }
  }

  /** When the first one came since the last trial failed; empty if none did. */
  Optional<Instant> since(Target target) {
    return Optional.ofNullable(since.get(Owner.of(target)));
  }

  /** Notes that a trial failed. */
  void forget(Target target) {
    since.remove(Owner.of(target));
  }
}
