package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.wave.Rollout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pass over all nodes found and left.
 *
 * @param nodes those that are or were tuned, or that a tuning selects
 * @param rollouts by the name of the tuning
 * @param again when there should be another pass, because this one left something
 */
record FleetPass(List<TunedNode> nodes, Map<String, Rollout> rollouts, Optional<Duration> again) {

  static final FleetPass NONE = new FleetPass(List.of(), Map.of(), Optional.empty());

  FleetPass againAfter(Duration time) {
    return new FleetPass(nodes, rollouts, Optional.of(time));
  }

  /** The nodes that a tuning selects. */
  List<TunedNode> selectedBy(String tuning) {
    return nodes.stream().filter(n -> n.selectedBy(tuning)).toList();
  }
}
