package dev.wstuning.operator.node.wave;

import dev.wstuning.operator.node.agent.TunedNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What all nodes must have now.
 *
 * @param nodes those that are or were tuned, or that a tuning selects
 * @param frozen the names of nodes that stay as they are, because one of their tunings cannot be
 *     read
 * @param rollouts by the name of the tuning
 */
public record FleetPlan(List<TunedNode> nodes, Set<String> frozen, Map<String, Rollout> rollouts) {}
