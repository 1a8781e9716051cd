package dev.wstuning.operator.node.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ConditionStatus;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.verdict.NodeVerdict;
import java.util.List;

/** Turns the findings on nodes into conditions. */
final class NodeConditions {

  private NodeConditions() {}

  /** Adds to {@code conditions}, and returns them all. */
  static List<Condition> of(NodeVerdict verdict, Conditions conditions) {
    add(conditions, "Accepted", verdict.accepted());
    add(conditions, "Applied", verdict.applied());
    add(conditions, Conditions.READY, verdict.ready());
    if (verdict.ready().status() == ConditionStatus.Unknown) {
      holds(conditions, "Reconciling", verdict.ready());
    }
    verdict.partlyUnderstood().ifPresent(f -> holds(conditions, "PartlyUnderstood", f));
    if (verdict.stalled()) {
      holds(conditions, "Stalled", verdict.accepted());
    }
    return conditions.list();
  }

  private static void add(Conditions conditions, String type, Finding finding) {
    conditions.add(type, finding.status(), finding.reason().name(), finding.text());
  }

  /** A condition that is there only while it holds, as kstatus has it. */
  private static void holds(Conditions conditions, String type, Finding finding) {
    conditions.add(type, ConditionStatus.True, finding.reason().name(), finding.text());
  }
}
