package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ConditionStatus;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.verdict.Verdict;
import java.util.List;

/** Turns the findings of a verdict into conditions. */
final class VerdictConditions {

  private VerdictConditions() {}

  /** Adds to {@code conditions}, and returns them all. */
  static List<Condition> of(Verdict verdict, Conditions conditions) {
    add(conditions, "Accepted", verdict.accepted());
    add(conditions, "Applied", verdict.applied());
    add(conditions, "Effective", verdict.effective());
    add(conditions, Conditions.READY, verdict.ready());
    if (verdict.reconciling()) {
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
