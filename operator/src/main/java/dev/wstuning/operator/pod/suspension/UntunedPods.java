package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Workload;
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

  /** Oldest first. */
  private final Map<Owner, Seen> seen = new LinkedHashMap<>();

  /**
   * Whose pods they are.
   *
   * @param mark what the pods carry
   */
  record Owner(String namespace, Workload workload, String mark) {

    static Owner of(Target target) {
      return new Owner(target.namespace(), target.owner(), target.mark().toString());
    }
  }

  /** When pods were created. */
  private record Seen(Instant first, Instant last) {

    Seen and(Instant created) {
      return new Seen(
          created.isBefore(first) ? created : first, created.isAfter(last) ? created : last);
    }
  }

  /** Notes that an untuned pod exists. */
  void add(Owner owner, Instant created) {
    seen.merge(owner, new Seen(created, created), (before, now) -> before.and(created));
    if (seen.size() > MOST) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  /** When the first one was created after the last attempt; empty if none was. */
  Optional<Instant> since(Target target, Instant attempt) {
    Seen pods = seen.get(Owner.of(target));
    if (pods == null || pods.last().isBefore(attempt)) {
      return Optional.empty();
    }
    return Optional.of(pods.first().isBefore(attempt) ? pods.last() : pods.first());
  }
}
