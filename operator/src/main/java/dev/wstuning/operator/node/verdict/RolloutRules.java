package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.wave.Rollout;
import dev.wstuning.operator.node.wave.Rollout.Progress;
import java.util.Optional;

/** Judges how far the settings of a node tuning have come: for all nodes, and for one. */
final class RolloutRules {

  private static final String WAIT =
      "wait; one node comes first, and each wave begins when the one before has been well for a"
          + " minute";

  private RolloutRules() {}

  /**
   * @param rollout empty if nothing is known of it
   * @return what keeps the tuning from being applied; empty if nothing does
   */
  static Optional<Finding> judge(Optional<Rollout> rollout) {
    return rollout.flatMap(Rollout::progress).filter(p -> p.selected() > 0).map(RolloutRules::of);
  }

  private static Finding of(Progress progress) {
    String count =
        "%d of %d nodes have the new settings".formatted(progress.updated(), progress.selected());
    return progress
        .stop()
        .map(
            stop ->
                Finding.bad(
                    NodeReason.RolloutStopped,
                    "%s; the others are not given them because of node %s: %s"
                        .formatted(count, stop.node(), stop.why()),
                    ("repair %s or remove it from the cluster, and the rollout goes on; or write the"
                            + " former settings again, which all nodes get at once")
                        .formatted(stop.node())))
        .orElseGet(() -> rollingOut(count));
  }

  /** In the first rollout of a tuning, most nodes need no agent yet. */
  static Optional<Finding> nothingYet(Wishes wishes, TunedNode state) {
    return wishes.awaited(state) && !wishes.given(state)
        ? Optional.of(rollingOut("the node gets the settings when its turn comes"))
        : Optional.empty();
  }

  static Optional<Finding> awaitsItsTurn(Wishes wishes, TunedNode state) {
    return wishes.awaited(state)
        ? Optional.of(rollingOut("the node keeps the former settings until its turn comes"))
        : Optional.empty();
  }

  private static Finding rollingOut(String message) {
    return Finding.unknown(NodeReason.RollingOut, message, WAIT);
  }
}
