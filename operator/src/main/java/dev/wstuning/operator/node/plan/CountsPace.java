package dev.wstuning.operator.node.plan;

/**
 * How often agents report if nothing but counts differs. The store of the API server keeps all
 * versions of a report for minutes, so all agents together write a limited number of reports a
 * second: the more nodes there are, the longer each waits.
 */
public final class CountsPace {

  /** Reports a second, of all nodes together. */
  private static final double REPORTS_PER_SECOND = 62.5;

  private static final int LEAST = 10;
  private static final int MOST = 160;

  private CountsPace() {}

  /**
   * Seconds between two reports of a node. They are doubled at once when there are more nodes, and
   * halved when there are so few that some more would change nothing.
   *
   * @param nodes how many have agents that may tune pods
   * @param present the longest that any of them waits so far
   */
  public static int seconds(int nodes, int present) {
    int needed = LEAST;
    while (needed < MOST && nodes > most(needed)) {
      needed *= 2;
    }
    int kept = LEAST;
    while (kept < MOST && kept < present) {
      kept *= 2;
    }
    while (kept > needed && nodes <= most(kept / 2) * 4 / 5) {
      kept /= 2;
    }
    return Math.max(needed, kept);
  }

  /** How many nodes may report that often. */
  private static int most(int seconds) {
    return (int) (seconds * REPORTS_PER_SECOND);
  }
}
