package dev.wstuning.operator.node.status;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Nodes;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Summary;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.condition.Reason;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.verdict.NodeReason;
import dev.wstuning.operator.node.verdict.NodeRules;
import dev.wstuning.operator.node.verdict.NodeVerdict;
import java.time.Clock;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Makes the whole status of a node tuning, each time from scratch. */
public final class NodeTuningStatusFactory {

  private static final Set<NodeReason> FAILED =
      EnumSet.of(NodeReason.ActionFailed, NodeReason.AgentNotRunning, NodeReason.WriteFailed);

  private final Clock clock;

  public NodeTuningStatusFactory(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param states all nodes that are or were tuned by any tuning
   * @param refused why the API server refused the operator's last attempt to write
   */
  public WebSocketNodeTuningStatus create(
      WebSocketNodeTuning tuning, Collection<TunedNode> states, Optional<String> refused) {
    String name = tuning.getMetadata().getName();
    List<TunedNode> selected = states.stream().filter(s -> s.selectedBy(name)).toList();
    List<Reason> reasons = selected.stream().map(s -> NodeRules.judge(name, s).reason()).toList();
    NodeVerdict verdict = NodeVerdict.of(name, tuning.notUnderstood(), selected, refused);
    long generation = tuning.getMetadata().getGeneration();
    WebSocketNodeTuningStatus previous = tuning.getStatus();
    return new WebSocketNodeTuningStatus(
        generation,
        summary(name, selected, reasons),
        nodes(name, states, selected, reasons),
        NodeProblems.of(name, selected, verdict.everywhere()),
        NodeObservations.of(name, selected),
        conditions(
            verdict,
            new Conditions(
                clock, generation, previous == null ? List.of() : previous.conditionsOrEmpty())));
  }

  private static List<Condition> conditions(NodeVerdict verdict, Conditions conditions) {
    return conditions
        .add("Accepted", verdict.accepted())
        .add("Applied", verdict.applied())
        .sum(verdict.ready(), verdict.partlyUnderstood(), verdict.stalled())
        .list();
  }

  private static Summary summary(String tuning, List<TunedNode> selected, List<Reason> reasons) {
    String lowest =
        selected.stream()
            .flatMap(s -> NodeRules.serving(tuning, s).stream())
            .filter(Serving::isServing)
            .map(Serving::limit)
            .filter(Objects::nonNull)
            .min(Long::compare)
            .map(String::valueOf)
            .orElse(null);
    long applied = reasons.stream().filter(NodeReason.Applied::equals).count();
    return new Summary(applied + "/" + selected.size(), lowest);
  }

  private static Nodes nodes(
      String tuning, Collection<TunedNode> all, List<TunedNode> selected, List<Reason> reasons) {
    long serving =
        selected.stream()
            .flatMap(s -> NodeRules.serving(tuning, s).stream())
            .filter(Serving::isServing)
            .count();
    long restoring = all.stream().filter(s -> !s.selectedBy(tuning) && s.had(tuning)).count();
    return new Nodes(
        selected.size(),
        count(reasons, EnumSet.of(NodeReason.Applied)),
        (int) serving,
        count(reasons, EnumSet.of(NodeReason.Drifted)),
        count(reasons, FAILED),
        count(reasons, EnumSet.of(NodeReason.Waiting)),
        (int) restoring);
  }

  private static int count(List<Reason> reasons, Set<NodeReason> which) {
    return (int) reasons.stream().filter(which::contains).count();
  }
}
