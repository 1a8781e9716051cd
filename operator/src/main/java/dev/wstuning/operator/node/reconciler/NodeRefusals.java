package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.publish.TargetRequests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the API server refused of what is written about nodes. */
record NodeRefusals(TargetRequests requests) {

  /** What concerns all nodes, in words. */
  Optional<String> ofAll() {
    return AgentDeployment.targets().stream()
        .flatMap(target -> requests.why(target).map(why -> target + ": " + why).stream())
        .findFirst();
  }

  /** What concerns one node, in words. Conditions are left out: they change nothing there. */
  Optional<String> of(NodeFacts node) {
    return requests
        .why(NodeStateWriter.target(node.name()))
        .map(why -> "the WebSocketNodeState of the node: " + why)
        .or(
            () ->
                requests
                    .why(NodeLabelWriter.target(node.name()))
                    .map(why -> "the label of the node: " + why));
  }

  /** How long it is until the first refusal that concerns {@code nodes} is over. */
  Optional<Duration> pause(List<TunedNode> nodes) {
    return Stream.concat(
            nodes.stream().flatMap(n -> NodeWriters.targets(n.node().name())),
            AgentDeployment.targets().stream())
        .flatMap(target -> requests.pause(target).stream())
        .min(Duration::compareTo);
  }

  /**
   * Everything that is written.
   *
   * @param orphans names of objects whose nodes are gone
   */
  Set<String> targets(List<TunedNode> all, Set<String> orphans) {
    return Stream.of(
            all.stream().flatMap(n -> NodeWriters.targets(n.node().name())),
            orphans.stream().map(NodeStateWriter::target),
            AgentDeployment.targets().stream())
        .flatMap(targets -> targets)
        .collect(Collectors.toSet());
  }
}
