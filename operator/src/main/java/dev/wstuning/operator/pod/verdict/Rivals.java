package dev.wstuning.operator.pod.verdict;

import java.util.Map;

/**
 * The other tunings that select the same pods.
 *
 * @param owners how many selected pods an older tuning owns, by its name
 * @param contenders how many of the owned pods a newer tuning selects too, by its name
 */
public record Rivals(Map<String, Integer> owners, Map<String, Integer> contenders) {

  /** How many selected pods belong to other tunings. */
  public int lost() {
    return owners.values().stream().mapToInt(Integer::intValue).sum();
  }
}
