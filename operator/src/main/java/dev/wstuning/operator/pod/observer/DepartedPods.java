package dev.wstuning.operator.pod.observer;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Remembers each tuning's pods, so that data about departed pods can be dropped. */
final class DepartedPods {

  /** The uids of the pods of each tuning, by the tuning's uid. */
  private final Map<String, Set<String>> pods = new ConcurrentHashMap<>();

  /** The uids of those that the tuning had before and has no more. */
  Set<String> gone(String tuningUid, Collection<String> podUids) {
    Set<String> now = Set.copyOf(podUids);
    Set<String> before = now.isEmpty() ? pods.remove(tuningUid) : pods.put(tuningUid, now);
    return before == null
        ? Set.of()
        : before.stream().filter(uid -> !now.contains(uid)).collect(Collectors.toSet());
  }
}
