package dev.wstuning.operator.pod.observer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many pods wait for an observer, as the last pass over each tuning found. A tuning has one
 * pass at a time.
 */
final class WaitingPods {

  /** By the uid of the tuning, of passes that are under way. */
  private final Map<String, Integer> passing = new ConcurrentHashMap<>();

  /** The same of the last ones that ended. */
  private final Map<String, Integer> passed = new ConcurrentHashMap<>();

  void add(String tuningUid) {
    passing.merge(tuningUid, 1, Integer::sum);
  }

  /** Ends a pass. */
  void pass(String tuningUid) {
    Integer waiting = passing.remove(tuningUid);
    if (waiting == null) {
      passed.remove(tuningUid);
    } else {
      passed.put(tuningUid, waiting);
    }
  }

  int count() {
    return passed.values().stream().mapToInt(Integer::intValue).sum();
  }
}
