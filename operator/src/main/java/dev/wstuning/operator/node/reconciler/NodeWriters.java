package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.wave.FleetPlan;
import dev.wstuning.operator.publish.TargetRequests;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Everything that is written about nodes; what the rest depends on comes first. */
record NodeWriters(
    NodeStateWriter states,
    AgentDeployment deployment,
    NodeLabelWriter labels,
    NodeConditionWriter conditions) {

  /** Names what is written about one node for {@link TargetRequests}. */
  static Stream<String> targets(String node) {
    return Stream.of(
        NodeStateWriter.target(node),
        NodeLabelWriter.target(node),
        NodeConditionWriter.target(node));
  }

  /**
   * @param all all nodes of the cluster
   * @param orphans objects of nodes that are gone
   */
  void converge(
      List<TunedNode> all,
      FleetPlan plan,
      Collection<WebSocketNodeState> orphans,
      List<DaemonSet> daemonSets) {
    // A fault of one of these must not keep the others from all nodes.
    try {
      deployment.converge(all, daemonSets);
    } finally {
      try {
        labels.converge(all);
      } finally {
        states.converge(
            plan.nodes().stream().filter(n -> !plan.frozen().contains(n.node().name())).toList(),
            orphans);
      }
    }
    conditions.converge(plan.nodes());
  }
}
