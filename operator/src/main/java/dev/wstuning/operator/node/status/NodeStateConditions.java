package dev.wstuning.operator.node.status;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.verdict.NodeRules;
import java.time.Clock;
import java.util.List;

/** Makes the conditions of a node's state, judged by what all node tunings together want. */
public final class NodeStateConditions {

  private final Clock clock;

  public NodeStateConditions(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param state the state of a node that has an object
   * @param previous the present conditions of the object
   */
  public List<Condition> create(TunedNode state, List<Condition> previous) {
    long generation = state.object().orElseThrow().getMetadata().getGeneration();
    Conditions conditions =
        new Conditions(clock, generation, previous).add("Ready", NodeRules.judge(state));
    NodeRules.judgeServing(state).ifPresent(finding -> conditions.add("Serving", finding));
    NodeRules.judgeServingPods(state).ifPresent(f -> conditions.add("ServingPods", f));
    return conditions.list();
  }
}
