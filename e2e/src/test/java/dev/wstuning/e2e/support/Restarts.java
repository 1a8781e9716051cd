package dev.wstuning.e2e.support;

import java.util.List;

/**
 * Restarts of the operator that no story accounts for.
 *
 * @param count of all pods
 * @param pods what helps to find the cause: a text for each pod
 */
public record Restarts(int count, List<String> pods) {

  /** Fails when there are any. */
  public void assertNone() {
    if (count > 0) {
      throw new AssertionError(
          "the operator restarted %d times%n%s".formatted(count, String.join("\n", pods)));
    }
  }
}
