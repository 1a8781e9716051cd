package dev.wstuning.operator.node.status;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Nodes;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ServedPods;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Settled;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Summary;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.Settings;
import dev.wstuning.operator.node.verdict.JudgedNode;
import dev.wstuning.operator.node.verdict.NodeReason;
import dev.wstuning.operator.node.verdict.NodeRules;
import dev.wstuning.operator.node.verdict.NodeVerdict;
import dev.wstuning.operator.node.wave.Rollout;
import dev.wstuning.operator.node.wave.Rollout.Progress;
import dev.wstuning.operator.node.wave.Stop;
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

  private static final Set<NodeReason> APPLIED =
      EnumSet.of(
          NodeReason.Applied,
          NodeReason.SettingWaits,
          NodeReason.StartedWithoutGrant,
          NodeReason.PodsNotCounted);

  private static final Set<NodeReason> WAITING =
      EnumSet.of(NodeReason.Waiting, NodeReason.RollingOut);

  private final Clock clock;

  public NodeTuningStatusFactory(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param states all nodes that are or were tuned by any tuning
   * @param rollout how far the settings of this tuning have come; empty if that is not known
   * @param refused why the API server refused the operator's last attempt to write
   */
  public WebSocketNodeTuningStatus create(
      WebSocketNodeTuning tuning,
      Collection<TunedNode> states,
      Optional<Rollout> rollout,
      Optional<String> refused) {
    String name = tuning.getMetadata().getName();
    List<JudgedNode> judged = JudgedNode.selectedBy(name, states);
    NodeVerdict verdict = NodeVerdict.of(name, tuning.notUnderstood(), judged, rollout, refused);
    long generation = tuning.getMetadata().getGeneration();
    WebSocketNodeTuningStatus previous = tuning.getStatus();
    return new WebSocketNodeTuningStatus(
        generation,
        summary(name, judged),
        nodes(name, states, judged),
        rollout.flatMap(Rollout::progress).map(NodeTuningStatusFactory::progress).orElse(null),
        rollout.map(NodeTuningStatusFactory::settled).orElseGet(() -> settled(previous)),
        NodeProblems.of(judged, verdict.everywhere(), verdict.rollout()),
        NodeObservations.of(name, judged),
        conditions(
            verdict,
            new Conditions(
                clock, generation, previous == null ? List.of() : previous.conditionsOrEmpty())));
  }

  private static WebSocketNodeTuningStatus.Rollout progress(Progress progress) {
    return new WebSocketNodeTuningStatus.Rollout(
        progress.updated(), progress.wave(), progress.stop().map(Stop::node).orElse(null));
  }

  private static Settled settled(Rollout rollout) {
    return rollout.settled().map(Settings::settled).orElse(null);
  }

  /** What nothing new is known of stays: nodes depend on it. */
  private static Settled settled(WebSocketNodeTuningStatus previous) {
    return previous == null ? null : previous.settled();
  }

  private static List<Condition> conditions(NodeVerdict verdict, Conditions conditions) {
    return conditions
        .add("Accepted", verdict.accepted())
        .add("Applied", verdict.applied())
        .sum(verdict.ready(), verdict.partlyUnderstood(), verdict.stalled())
        .list();
  }

  private static Summary summary(String tuning, List<JudgedNode> judged) {
    String lowest =
        judged.stream()
            .flatMap(n -> NodeRules.serving(tuning, n.state()).stream())
            .filter(Serving::isServing)
            .map(Serving::limit)
            .filter(Objects::nonNull)
            .min(Long::compare)
            .map(String::valueOf)
            .orElse(null);
    return new Summary(count(judged, APPLIED) + "/" + judged.size(), lowest);
  }

  private static Nodes nodes(String tuning, Collection<TunedNode> all, List<JudgedNode> judged) {
    long serving =
        judged.stream()
            .flatMap(n -> NodeRules.serving(tuning, n.state()).stream())
            .filter(Serving::isServing)
            .count();
    long restoring = all.stream().filter(s -> !s.selectedBy(tuning) && s.had(tuning)).count();
    return new Nodes(
        judged.size(),
        count(judged, APPLIED),
        (int) serving,
        servingPods(tuning, judged),
        count(judged, EnumSet.of(NodeReason.Drifted)),
        count(judged, FAILED),
        count(judged, WAITING),
        (int) restoring);
  }

  /** Null if the tuning allows no pods on any of these nodes. */
  private static Integer servingPods(String tuning, List<JudgedNode> judged) {
    List<ServedPods> served =
        judged.stream().flatMap(n -> NodeRules.servedPods(tuning, n.state()).stream()).toList();
    return served.isEmpty() ? null : (int) served.stream().filter(ServedPods::serving).count();
  }

  private static int count(List<JudgedNode> judged, Set<NodeReason> which) {
    return (int) judged.stream().filter(n -> which.contains(n.finding().reason())).count();
  }
}
