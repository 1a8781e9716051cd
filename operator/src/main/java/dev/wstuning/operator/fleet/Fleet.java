package dev.wstuning.operator.fleet;

import dev.wstuning.operator.api.v1alpha1.WebSocketNode;
import dev.wstuning.operator.node.AgentPod;
import dev.wstuning.operator.node.NodeFacts;
import dev.wstuning.operator.node.NodePlanner;
import dev.wstuning.operator.node.NodeState;
import dev.wstuning.operator.node.PlannedNode;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * All nodes together: what one tuning makes of a node depends on the others, so that they are
 * settled in one pass, whoever asked for it.
 */
public final class Fleet {

  private final FleetCaches caches;
  private final NodeObjects objects;
  private final AgentDeployment deployment;
  private final Clock clock;

  Fleet(FleetCaches caches, NodeObjects objects, AgentDeployment deployment, Clock clock) {
    this.caches = caches;
    this.objects = objects;
    this.deployment = deployment;
    this.clock = clock;
  }

  /**
   * To be called now and then, whatever happens: replacing agents has its pace, and restoring
   * outlives the tuning.
   */
  public void tend() {
    if (caches.filled()) {
      settle();
      caches.requestUnanswered();
    }
  }

  /** Makes everything what it must be, also what is left of tunings that are gone. */
  synchronized void settle() {
    List<NodeFacts> nodes = caches.nodes();
    List<NodeState> states = states(nodes);
    states.forEach(objects::settle);
    Set<String> names = nodes.stream().map(NodeFacts::name).collect(Collectors.toSet());
    caches
        .objects()
        .filter(o -> !names.contains(o.getMetadata().getName()))
        .forEach(objects::delete);
    deployment.settle(states, caches.daemonSet());
  }

  /** The nodes that are or were tuned, as the caches have them. */
  List<NodeState> states() {
    return states(caches.nodes());
  }

  private List<NodeState> states(List<NodeFacts> nodes) {
    SortedMap<String, PlannedNode> plan = NodePlanner.plan(nodes, caches.tunings());
    Map<String, WebSocketNode> told =
        caches.objects().collect(Collectors.toMap(o -> o.getMetadata().getName(), o -> o));
    Map<String, AgentPod> agents = agents();
    return nodes.stream()
        .filter(n -> plan.containsKey(n.name()) || told.containsKey(n.name()))
        .map(
            n ->
                new NodeState(
                    n,
                    Optional.ofNullable(plan.get(n.name())),
                    Optional.ofNullable(told.get(n.name())),
                    Optional.ofNullable(agents.get(n.name())),
                    clock.instant()))
        .toList();
  }

  /** By node; where one ends and the next begins, the next. */
  private Map<String, AgentPod> agents() {
    return caches
        .agents()
        .sorted(Comparator.comparing(AgentPod::ending))
        .collect(Collectors.toMap(AgentPod::node, pod -> pod, (next, ending) -> next));
  }
}
