package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A node with the judgement on it, which is made once for a status.
 *
 * @param finding whether the node has what a node tuning wants
 */
public record JudgedNode(TunedNode state, Finding finding) {

  /** The nodes that a node tuning selects, by name. */
  public static List<JudgedNode> selectedBy(String tuning, Collection<TunedNode> states) {
    return states.stream()
        .filter(state -> state.selectedBy(tuning))
        .sorted(Comparator.comparing(state -> state.node().name()))
        .map(state -> new JudgedNode(state, NodeRules.judge(tuning, state)))
        .toList();
  }

  public String name() {
    return state.node().name();
  }
}
