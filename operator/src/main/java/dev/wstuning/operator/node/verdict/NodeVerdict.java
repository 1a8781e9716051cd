package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeConflict;
import dev.wstuning.operator.node.wave.Rollout;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The conditions of a node tuning.
 *
 * @param everywhere a problem of all nodes, apart from those of single nodes
 * @param rollout how far new settings have come; empty if no node waits for them
 * @param stalled why waiting does not help and the user must act; empty if waiting may help
 * @param partlyUnderstood the unknown fields of the resource; empty if there are none, or if the
 *     whole resource cannot be read
 */
public record NodeVerdict(
    Finding accepted,
    Finding applied,
    Finding ready,
    Optional<Finding> everywhere,
    Optional<Finding> rollout,
    Optional<Finding> stalled,
    Optional<Finding> partlyUnderstood) {

  private static final String UPDATE = "update the operator, or use only what this version knows";

  /** Problems that stay until someone changes the node or the resource. */
  private static final Set<NodeReason> FOR_A_PERSON =
      EnumSet.of(NodeReason.WriteFailed, NodeReason.NotServing, NodeReason.PodsLimited);

  /**
   * @param what the parts of the tuning that this version of the operator cannot read
   * @param judged the nodes that the tuning selects
   * @param rollout how far its settings have come; empty if that is not known
   * @param refused why the API server refused the operator's last attempt to write
   */
  public static NodeVerdict of(
      String tuning,
      NotUnderstood what,
      List<JudgedNode> judged,
      Optional<Rollout> rollout,
      Optional<String> refused) {
    if (!what.values().isEmpty()) {
      return unreadable(what);
    }
    List<Finding> findings = judged.stream().map(JudgedNode::finding).toList();
    List<TunedNode> selected = judged.stream().map(JudgedNode::state).toList();
    Finding accepted = accepted(tuning, selected);
    Optional<Finding> everywhere = refused.map(NodeVerdict::refused);
    Optional<Finding> spreading = RolloutRules.judge(rollout);
    Finding applied = everywhere.orElseGet(() -> applied(findings, spreading));
    return new NodeVerdict(
        accepted,
        applied,
        ready(accepted, applied),
        everywhere,
        spreading,
        accepted.status() == ConditionStatus.False ? Optional.of(accepted) : forAPerson(findings),
        partly(what));
  }

  private static NodeVerdict unreadable(NotUnderstood what) {
    String message =
        "this version of the operator cannot read %s, so nodes stay as they are"
            .formatted(String.join(", ", what.values()));
    String next = UPDATE + " (kubectl explain wsnt.spec)";
    Finding unknown = Finding.unknown(NodeReason.NotUnderstood, message, next);
    Finding bad = Finding.bad(NodeReason.NotUnderstood, message, next);
    return new NodeVerdict(
        unknown,
        unknown,
        bad,
        Optional.of(bad),
        Optional.empty(),
        Optional.of(unknown),
        Optional.empty());
  }

  private static Optional<Finding> partly(NotUnderstood what) {
    return what.fields().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.good(
                NodeReason.UnknownFields,
                "this version of the operator does not know %s and applies the other fields"
                    .formatted(String.join(", ", what.fields())),
                UPDATE));
  }

  private static Finding accepted(String tuning, List<TunedNode> selected) {
    String lost = conflicts(selected, c -> c.loser().equals(tuning), NodeConflict::winner);
    if (!lost.isEmpty()) {
      return Finding.bad(
          NodeReason.Conflicted,
          "older node tunings set the same keys on the same nodes: " + lost,
          "remove the keys from one of the two, or narrow one spec.nodeSelector");
    }
    String won = conflicts(selected, c -> c.winner().equals(tuning), NodeConflict::loser);
    if (!won.isEmpty()) {
      return Finding.good(
          NodeReason.Conflicted,
          "newer node tunings set the same keys on the same nodes, without effect: " + won,
          "remove the keys from one of the two, or narrow one spec.nodeSelector");
    }
    return Finding.good(
        NodeReason.Accepted, "the resource is valid, and no other node tuning" + " sets its keys");
  }

  private static String conflicts(
      List<TunedNode> selected,
      Function<NodeConflict, Boolean> which,
      Function<NodeConflict, String> other) {
    return selected.stream()
        .flatMap(s -> s.planned().stream())
        .flatMap(p -> p.conflicts().stream())
        .filter(which::apply)
        .map(c -> "%s (%s)".formatted(other.apply(c), c.key()))
        .distinct()
        .sorted()
        .limit(5)
        .collect(Collectors.joining(", "));
  }

  private static Finding refused(String message) {
    return Finding.bad(
        NodeReason.ActionFailed,
        "the API server refused a change by the operator: " + message,
        "find out what refuses it, such as a webhook or a quota; the operator tries again");
  }

  private static Optional<Finding> forAPerson(List<Finding> findings) {
    return findings.stream()
        .filter(f -> FOR_A_PERSON.contains(f.reason()))
        .min(Finding.WORST_FIRST)
        .map(f -> f.among(findings, "nodes"));
  }

  private static Finding applied(List<Finding> findings, Optional<Finding> rollout) {
    if (findings.isEmpty()) {
      return Finding.unknown(
          NodeReason.NoNodes,
          "spec.nodeSelector selects no node",
          "compare spec.nodeSelector with kubectl get nodes --show-labels, and"
              + " spec.tolerations with the taints of the nodes");
    }
    Finding worst = Finding.worst(findings, "nodes");
    return rollout.filter(r -> Finding.WORST_FIRST.compare(r, worst) <= 0).orElse(worst);
  }

  /** A tuning without nodes is ready, because a group of nodes may be scaled to zero. */
  private static Finding ready(Finding accepted, Finding applied) {
    if (accepted.status() == ConditionStatus.False) {
      return accepted;
    }
    return applied.reason() == NodeReason.NoNodes
        ? applied.withStatus(ConditionStatus.True)
        : applied;
  }
}
