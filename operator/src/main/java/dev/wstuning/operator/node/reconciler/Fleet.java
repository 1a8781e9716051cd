package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNode;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.NodeState;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.NodeMarkers;
import dev.wstuning.operator.node.plan.NodePlanner;
import dev.wstuning.operator.node.plan.PlannedNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All nodes together: what one tuning makes of a node depends on the others, so that they are
 * settled in one pass, whoever asked for it.
 */
public final class Fleet {

  private final FleetView caches;
  private final NodeObjects objects;
  private final AgentDeployment deployment;
  private final Refusals refusals;
  private final Clock clock;

  Fleet(
      FleetView caches,
      NodeObjects objects,
      AgentDeployment deployment,
      Refusals refusals,
      Clock clock) {
    this.caches = caches;
    this.objects = objects;
    this.deployment = deployment;
    this.refusals = refusals;
    this.clock = clock;
  }

  /**
   * To be called now and then, whatever happens: replacing agents has its pace, and restoring
   * outlives the tuning.
   */
  public void tend() {
    if (caches.filled()) {
      Set<String> before = refusals.targets();
      settle();
      if (!refusals.targets().equals(before)) {
        caches.requestAll();
      }
      caches.requestUnanswered();
    }
  }

  /**
   * Makes everything what it must be, also what is left of tunings that are gone.
   *
   * @throws KubernetesClientException if the API server cannot do anything now; what it refuses of
   *     one node is in the {@link #states} instead
   */
  synchronized void settle() {
    List<NodeFacts> nodes = caches.nodes();
    List<NodeState> states = states(nodes);
    List<WebSocketNode> orphans = orphans(nodes);
    Set<String> unreadable = unreadable();
    try {
      objects.settle(
          states.stream().filter(s -> !frozen(s.object(), unreadable)).toList(), orphans);
    } finally {
      // A fault that is about one node must not keep agents from all.
      deployment.settle(states, caches.daemonSet());
    }
    refusals.retain(targets(states, orphans));
  }

  private List<WebSocketNode> orphans(List<NodeFacts> nodes) {
    Set<String> names = nodes.stream().map(NodeFacts::name).collect(Collectors.toSet());
    return caches.objects().filter(o -> !names.contains(o.getMetadata().getName())).toList();
  }

  private static Set<String> targets(List<NodeState> states, List<WebSocketNode> orphans) {
    return Stream.of(
            states.stream().flatMap(Fleet::targets),
            orphans.stream().map(o -> NodeObjects.target(o.getMetadata().getName())),
            Stream.of(AgentDeployment.TARGET))
        .flatMap(targets -> targets)
        .collect(Collectors.toSet());
  }

  private static Stream<String> targets(NodeState state) {
    return Stream.concat(
        Stream.of(NodeObjects.target(state.node().name())),
        state.agent().map(AgentDeployment::target).stream());
  }

  /** What the API server refused that concerns all nodes, in words. */
  Optional<String> refusal() {
    return refusals.why(AgentDeployment.TARGET).map(why -> "the DaemonSet of node agents: " + why);
  }

  private Optional<String> refusal(NodeFacts node, Optional<AgentPod> agent) {
    Optional<String> object =
        refusals
            .why(NodeObjects.target(node.name()))
            .map(why -> "the WebSocketNode of the node: " + why);
    return object.or(
        () ->
            agent
                .flatMap(pod -> refusals.why(AgentDeployment.target(pod)))
                .map(why -> "the deletion of the node agent's pod: " + why));
  }

  /** How long it is until the first refusal that concerns {@code states} is over. */
  Optional<Duration> pause(List<NodeState> states) {
    return Stream.concat(states.stream().flatMap(Fleet::targets), Stream.of(AgentDeployment.TARGET))
        .flatMap(target -> refusals.pause(target).stream())
        .min(Duration::compareTo);
  }

  /** The names of tunings that were written for a newer version: what they ask for is not known. */
  private Set<String> unreadable() {
    return caches.tunings().stream()
        .filter(t -> !t.isReadable())
        .map(t -> t.getMetadata().getName())
        .collect(Collectors.toSet());
  }

  /** Whether a node stays as it is, because one of its tunings cannot be read. */
  private static boolean frozen(Optional<WebSocketNode> told, Set<String> unreadable) {
    return told.filter(o -> NodeMarkers.had(o).stream().anyMatch(unreadable::contains)).isPresent();
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
    Set<String> unreadable = unreadable();
    return nodes.stream()
        .filter(n -> plan.containsKey(n.name()) || told.containsKey(n.name()))
        .map(
            n -> {
              Optional<AgentPod> agent = Optional.ofNullable(agents.get(n.name()));
              Optional<WebSocketNode> object = Optional.ofNullable(told.get(n.name()));
              return new NodeState(
                  n,
                  frozen(object, unreadable)
                      ? object.map(o -> PlannedNode.asItIs(n, o))
                      : Optional.ofNullable(plan.get(n.name())),
                  object,
                  agent,
                  refusal(n, agent),
                  clock.instant());
            })
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
