package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.wave.FleetPlan;
import dev.wstuning.operator.node.wave.FleetPlanner;
import dev.wstuning.operator.node.wave.Rollout;
import dev.wstuning.operator.publish.TargetRequests;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Reconciles all nodes in one pass, because the result for a node depends on every tuning that
 * selects it.
 */
public final class NodeFleet {

  /** Node tunings that are reconciled within this time share a pass. */
  private static final Duration SHARED = Duration.ofSeconds(1);

  /** How often nodes are looked after while nothing happens. */
  private static final Duration TENDED = Duration.ofSeconds(5);

  private final NodeFleetView view;
  private final FleetPlanner planner;
  private final NodeWriters writers;
  private final TargetRequests requests;
  private final NodeRefusals refusals;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private FleetPass last = FleetPass.NONE;

  /** When the last pass ended, and what it was over. */
  private Optional<Basis> basis = Optional.empty();

  private OptionalLong tended = OptionalLong.empty();
  private Map<String, Rollout> told = Map.of();

  private record Basis(long end, long changes, Set<String> tunings) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  NodeFleet(
      NodeFleetView view,
      FleetPlanner planner,
      NodeWriters writers,
      TargetRequests requests,
      Clock clock,
      LongSupplier nanoTime) {
    this.view = view;
    this.planner = planner;
    this.writers = writers;
    this.requests = requests;
    this.refusals = new NodeRefusals(requests);
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Must be called every second, because waves go on with time, and because restoring goes on after
   * a tuning is deleted.
   */
  public void tend() {
    if (view.filled() && isTendingDue()) {
      Set<String> before = requests.targets();
      Map<String, Rollout> rollouts = converge().rollouts();
      if (!requests.targets().equals(before) || !rollouts.equals(told)) {
        view.requestAll();
      }
      told = rollouts;
      view.requestUnanswered();
    }
  }

  private synchronized boolean isTendingDue() {
    long now = nanoTime.getAsLong();
    boolean due =
        last.again().isPresent()
            || tended.isEmpty()
            || now - tended.getAsLong() >= TENDED.toNanos();
    if (due) {
      tended = OptionalLong.of(now);
    }
    return due;
  }

  /**
   * The last pass if it is new enough, otherwise another one.
   *
   * @throws KubernetesClientException as {@link #converge} does
   */
  synchronized FleetPass latest() {
    boolean shared =
        basis
            .filter(b -> nanoTime.getAsLong() - b.end() < SHARED.toNanos())
            .filter(b -> b.tunings().equals(tunings()))
            .isPresent();
    if (!shared) {
      return converge();
    }
    return basis.get().changes() == view.changes() ? last : last.againAfter(SHARED);
  }

  /**
   * Makes all nodes, objects and agents what they must be, also those of deleted tunings.
   *
   * @throws KubernetesClientException if the API server cannot answer at all; refusals for one node
   *     are in the result instead
   */
  synchronized FleetPass converge() {
    requests.beginPass();
    long changes = view.changes();
    Set<String> tunings = tunings();
    List<NodeFacts> nodes = view.nodes();
    Map<String, WebSocketNodeState> objects = new HashMap<>();
    view.objects().forEach(o -> objects.put(o.getMetadata().getName(), o));
    List<TunedNode> all = observe(nodes, objects);
    nodes.forEach(n -> objects.remove(n.name()));
    FleetPlan plan =
        planner.plan(all, view.tunings(), n -> requests.mustWait(NodeStateWriter.target(n.name())));
    try {
      writers.converge(all, plan, objects.values(), view.daemonSets());
      requests.retain(refusals.targets(all, objects.keySet()));
    } finally {
      last =
          new FleetPass(
              plan.nodes().stream().map(n -> n.refusing(refusals.of(n.node()))).toList(),
              plan.rollouts(),
              Optional.of(SHARED).filter(time -> requests.leftOver()));
      basis = Optional.of(new Basis(nanoTime.getAsLong(), changes, tunings));
    }
    return last;
  }

  /** What the last pass found, also if it failed. */
  synchronized FleetPass last() {
    return last;
  }

  private Set<String> tunings() {
    return view.tunings().stream()
        .map(t -> t.getMetadata().getUid() + "/" + t.getMetadata().getGeneration())
        .collect(Collectors.toSet());
  }

  private List<TunedNode> observe(List<NodeFacts> nodes, Map<String, WebSocketNodeState> objects) {
    Map<String, List<AgentPod>> agents =
        view.agents().collect(Collectors.groupingBy(AgentPod::node));
    Instant now = clock.instant();
    return nodes.stream()
        .map(
            n ->
                new TunedNode(
                    n,
                    Optional.empty(),
                    Optional.ofNullable(objects.get(n.name())),
                    agents.getOrDefault(n.name(), List.of()),
                    refusals.of(n),
                    now))
        .toList();
  }

  /** What the API server refused for all nodes, in words. */
  Optional<String> refusal() {
    return refusals.ofAll();
  }

  /** How long it is until the first refusal that concerns {@code nodes} is over. */
  Optional<Duration> pause(List<TunedNode> nodes) {
    return refusals.pause(nodes);
  }
}
