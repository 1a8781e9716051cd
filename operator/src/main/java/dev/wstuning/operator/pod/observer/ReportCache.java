package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.Observation;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps what was reported of each start of a server container: the kubelet may cut a termination
 * message later, when the pod gets more containers.
 */
final class ReportCache {

  private record Key(String podUid, String start) {}

  private final Map<Key, Observation> entries = new ConcurrentHashMap<>();

  private final DepartedPods pods = new DepartedPods();

  void keep(String podUid, String start, Observation observation) {
    entries.put(new Key(podUid, start), observation);
  }

  Optional<Observation> of(String podUid, String start) {
    return Optional.ofNullable(entries.get(new Key(podUid, start)));
  }

  /** Keeps the reports of these pods of a tuning, and forgets those of its pods that are gone. */
  void retain(String tuningUid, Collection<String> podUids) {
    Set<String> gone = pods.gone(tuningUid, podUids);
    if (!gone.isEmpty()) {
      entries.keySet().removeIf(key -> gone.contains(key.podUid()));
    }
  }
}
