package dev.wstuning.operator.observer;

import dev.wstuning.operator.verdict.ObservedPod.Observation;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps what was reported of each start of a server container: the kubelet may cut a termination
 * message later, when the pod gets more containers.
 */
final class ReportBook {

  private record Key(String podUid, String start) {}

  private final Map<Key, Observation> entries = new ConcurrentHashMap<>();

  void keep(String podUid, String start, Observation observation) {
    entries.put(new Key(podUid, start), observation);
  }

  Optional<Observation> of(String podUid, String start) {
    return Optional.ofNullable(entries.get(new Key(podUid, start)));
  }

  /** Forgets the pods of {@code before} that are not in {@code now}. */
  void forget(Collection<String> before, Collection<String> now) {
    Set<String> gone = new HashSet<>(before);
    gone.removeAll(now);
    entries.keySet().removeIf(key -> gone.contains(key.podUid()));
  }
}
