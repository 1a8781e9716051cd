package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.NodePlanner;
import dev.wstuning.operator.node.plan.PlannedNode;
import dev.wstuning.operator.node.plan.TuningsAnnotation;
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
 * Reconciles all nodes in one pass, because the result for a node depends on every tuning that
 * selects it.
 */
public final class NodeFleet {

  private final NodeFleetView view;
  private final NodeStateWriter writer;
  private final NodeConditionWriter conditions;
  private final AgentDeployment deployment;
  private final TargetRequests requests;
  private final Clock clock;

  NodeFleet(
      NodeFleetView view,
      NodeStateWriter writer,
      NodeConditionWriter conditions,
      AgentDeployment deployment,
      TargetRequests requests,
      Clock clock) {
    this.view = view;
    this.writer = writer;
    this.conditions = conditions;
    this.deployment = deployment;
    this.requests = requests;
    this.clock = clock;
  }

  /**
   * Must be called periodically, because agents are replaced one after the other, and because
   * restoring goes on after a tuning is deleted.
   */
  public void tend() {
    if (view.filled()) {
      Set<String> before = requests.targets();
      converge();
      if (!requests.targets().equals(before)) {
        view.requestAll();
      }
      view.requestUnanswered();
    }
  }

  /**
   * Makes all nodes, objects and agents what they must be, also those of deleted tunings.
   *
   * @throws KubernetesClientException if the API server cannot answer at all; refusals for one node
   *     are in the {@link #states} instead
   */
  synchronized void converge() {
    List<NodeFacts> nodes = view.nodes();
    List<TunedNode> states = states(nodes);
    List<WebSocketNodeState> orphans = orphans(nodes);
    Set<String> unreadable = unreadable();
    try {
      writer.converge(
          states.stream().filter(s -> !frozen(s.object(), unreadable)).toList(), orphans);
    } finally {
      // A fault of one node must not keep agents from all nodes.
      deployment.converge(states, view.daemonSet());
    }
    conditions.converge(states(nodes));
    requests.retain(targets(states, orphans));
  }

  private List<WebSocketNodeState> orphans(List<NodeFacts> nodes) {
    Set<String> names = nodes.stream().map(NodeFacts::name).collect(Collectors.toSet());
    return view.objects().filter(o -> !names.contains(o.getMetadata().getName())).toList();
  }

  private static Set<String> targets(List<TunedNode> states, List<WebSocketNodeState> orphans) {
    return Stream.of(
            states.stream().flatMap(NodeFleet::targets),
            orphans.stream().map(o -> NodeStateWriter.target(o.getMetadata().getName())),
            Stream.of(AgentDeployment.TARGET))
        .flatMap(targets -> targets)
        .collect(Collectors.toSet());
  }

  private static Stream<String> targets(TunedNode state) {
    String node = state.node().name();
    return Stream.concat(
        Stream.of(NodeStateWriter.target(node), NodeConditionWriter.target(node)),
        state.agent().map(AgentDeployment::target).stream());
  }

  /** What the API server refused for all nodes, in words. */
  Optional<String> refusal() {
    return requests.why(AgentDeployment.TARGET).map(why -> "the DaemonSet of node agents: " + why);
  }

  private Optional<String> refusal(NodeFacts node, Optional<AgentPod> agent) {
    Optional<String> object =
        requests
            .why(NodeStateWriter.target(node.name()))
            .map(why -> "the WebSocketNodeState of the node: " + why);
    return object.or(
        () ->
            agent
                .flatMap(pod -> requests.why(AgentDeployment.target(pod)))
                .map(why -> "the deletion of the node agent's pod: " + why));
  }

  /** How long it is until the first refusal that concerns {@code states} is over. */
  Optional<Duration> pause(List<TunedNode> states) {
    return Stream.concat(
            states.stream().flatMap(NodeFleet::targets), Stream.of(AgentDeployment.TARGET))
        .flatMap(target -> requests.pause(target).stream())
        .min(Duration::compareTo);
  }

  /**
   * The names of tunings that were written for a newer version, so that their settings are unknown.
   */
  private Set<String> unreadable() {
    return view.tunings().stream()
        .filter(t -> !t.isReadable())
        .map(t -> t.getMetadata().getName())
        .collect(Collectors.toSet());
  }

  /** Whether a node stays as it is, because one of its tunings cannot be read. */
  private static boolean frozen(Optional<WebSocketNodeState> told, Set<String> unreadable) {
    return told.filter(o -> TuningsAnnotation.had(o).stream().anyMatch(unreadable::contains))
        .isPresent();
  }

  /** The nodes that are or were tuned, as the caches have them. */
  List<TunedNode> states() {
    return states(view.nodes());
  }

  private List<TunedNode> states(List<NodeFacts> nodes) {
    SortedMap<String, PlannedNode> plan = NodePlanner.plan(nodes, view.tunings());
    Map<String, WebSocketNodeState> told =
        view.objects().collect(Collectors.toMap(o -> o.getMetadata().getName(), o -> o));
    Map<String, AgentPod> agents = agents();
    Set<String> unreadable = unreadable();
    return nodes.stream()
        .filter(n -> plan.containsKey(n.name()) || told.containsKey(n.name()))
        .map(
            n -> {
              Optional<AgentPod> agent = Optional.ofNullable(agents.get(n.name()));
              Optional<WebSocketNodeState> object = Optional.ofNullable(told.get(n.name()));
              return new TunedNode(
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

  /** The agents by node. If one is ending and the next is starting, the next. */
  private Map<String, AgentPod> agents() {
    return view.agents()
        .sorted(Comparator.comparing(AgentPod::ending))
        .collect(Collectors.toMap(AgentPod::node, pod -> pod, (next, ending) -> next));
  }
}
