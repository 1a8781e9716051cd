package dev.wstuning.operator.node.wave;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.CountsPace;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.NodePlanner;
import dev.wstuning.operator.node.plan.PlannedNode;
import dev.wstuning.operator.node.plan.Share;
import dev.wstuning.operator.node.plan.StateMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Calculates what all nodes must have now: the settings of all tunings, each at its pace. */
public final class FleetPlanner {

  private final Waves waves;

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public FleetPlanner(LongSupplier nanoTime) {
    this.waves = new Waves(nanoTime);
  }

  /**
   * @param nodes all nodes of the cluster, regardless of what is planned for them
   * @param mustWait nodes to which nothing can be written now
   * @return those that are or were tuned, or that a tuning selects
   */
  public FleetPlan plan(
      List<TunedNode> nodes,
      Collection<WebSocketNodeTuning> tunings,
      Predicate<NodeFacts> mustWait) {
    Set<String> unreadable =
        tunings.stream()
            .filter(t -> !t.isReadable())
            .map(t -> t.getMetadata().getName())
            .collect(Collectors.toSet());
    Set<String> frozen = new HashSet<>();
    nodes.stream().filter(n -> isFrozen(n, unreadable)).forEach(n -> frozen.add(n.node().name()));
    List<WebSocketNodeTuning> oldestFirst = NodePlanner.oldestFirst(tunings);
    waves.retain(
        oldestFirst.stream().map(t -> t.getMetadata().getUid()).collect(Collectors.toSet()));

    Map<String, List<Share>> shares = new HashMap<>();
    Map<String, Rollout> rollouts = new LinkedHashMap<>();
    for (WebSocketNodeTuning tuning : oldestFirst) {
      TuningWaves.Shares given =
          new TuningWaves(tuning)
              .shares(
                  nodes.stream()
                      .filter(n -> NodePlanner.selects(tuning, n.node(), n.object()))
                      .toList(),
                  waves,
                  n -> isFit(n) && !mustWait.test(n.node()) && !frozen.contains(n.node().name()));
      given
          .byNode()
          .forEach(
              (node, share) -> shares.computeIfAbsent(node, n -> new ArrayList<>()).add(share));
      rollouts.put(tuning.getMetadata().getName(), given.rollout());
    }
    return new FleetPlan(
        counting(
            nodes.stream()
                .map(n -> n.with(plan(n, shares.get(n.node().name()), frozen)))
                .filter(n -> n.planned().isPresent() || n.object().isPresent())
                .toList()),
        frozen,
        rollouts);
  }

  /** How often agents report counts depends on how many there are, and waits for no wave. */
  private static List<TunedNode> counting(List<TunedNode> nodes) {
    int tuning = (int) nodes.stream().filter(TunedNode::tunesPods).count();
    int present = nodes.stream().flatMapToInt(n -> n.countsEverySeconds().stream()).max().orElse(0);
    int seconds = CountsPace.seconds(tuning, present);
    return nodes.stream().map(n -> n.with(n.planned().map(p -> p.countingEvery(seconds)))).toList();
  }

  private static Optional<PlannedNode> plan(
      TunedNode state, List<Share> shares, Set<String> frozen) {
    return frozen.contains(state.node().name())
        ? state.object().map(o -> PlannedNode.asItIs(state.node(), o))
        : Optional.ofNullable(shares).map(s -> NodePlanner.resolve(state.node(), s));
  }

  /** Whether a node stays as it is, because one of its tunings cannot be read. */
  private static boolean isFrozen(TunedNode state, Set<String> unreadable) {
    return state
        .object()
        .filter(o -> StateMetadata.had(o).stream().anyMatch(unreadable::contains))
        .isPresent();
  }

  /**
   * Whether a node may be given new settings. One that is broken already would prove nothing, and
   * stop the others.
   */
  private static boolean isFit(TunedNode state) {
    return state.node().works() && (state.agentReady() || state.failingAgent().isEmpty());
  }
}
