package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.suspension.InjectionFailures.Stuck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Since when pods cannot start because of us. A new leader starts from scratch, which costs a
 * minute; a kubelet says only that a container waits, not since when.
 */
final class StartFailures {

  private final LongSupplier nanoTime;

  /** When each was first seen failing, by the uids of tuning and pod. */
  private final Map<String, Map<String, Long>> since = new ConcurrentHashMap<>();

  /**
   * A pod that cannot start because of us.
   *
   * @param lasting for how long, as far as this leader saw it
   */
  record Failing(PodFacts pod, String why, Duration lasting) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  StartFailures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Those that fail at the moment, with the time since they were first seen failing. */
  List<Failing> of(String tuningUid, List<Stuck> pods) {
    Map<String, Long> before = since.getOrDefault(tuningUid, Map.of());
    Map<String, Long> now = new HashMap<>();
    List<Failing> failing = new ArrayList<>();
    for (Stuck stuck : pods) {
      long first = before.getOrDefault(stuck.pod().uid(), nanoTime.getAsLong());
      now.put(stuck.pod().uid(), first);
      failing.add(
          new Failing(stuck.pod(), stuck.why(), Duration.ofNanos(nanoTime.getAsLong() - first)));
    }
    if (now.isEmpty()) {
      since.remove(tuningUid);
    } else {
      since.put(tuningUid, now);
    }
    return failing;
  }

  void forget(String tuningUid) {
    since.remove(tuningUid);
  }
}
