package dev.wstuning.operator.node;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ConditionStatus;
import dev.wstuning.operator.verdict.Truth;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Turns findings into conditions; one whose status did not change keeps its transition time. */
final class NodeConditions {

  private final Clock clock;

  NodeConditions(Clock clock) {
    this.clock = clock;
  }

  List<Condition> of(NodeVerdict verdict, long generation, List<Condition> previous) {
    List<Condition> conditions = new ArrayList<>();
    conditions.add(condition("Accepted", verdict.accepted(), generation, previous));
    conditions.add(condition("Applied", verdict.applied(), generation, previous));
    conditions.add(condition("Ready", verdict.ready(), generation, previous));
    if (verdict.ready().truth() == Truth.UNKNOWN) {
      conditions.add(abnormal("Reconciling", verdict.ready(), generation, previous));
    }
    if (verdict.accepted().truth() == Truth.FALSE) {
      conditions.add(abnormal("Stalled", verdict.accepted(), generation, previous));
    }
    return conditions;
  }

  /** A condition that is there only while it holds, as kstatus has it. */
  private Condition abnormal(
      String type, NodeFinding finding, long generation, List<Condition> previous) {
    NodeFinding holds =
        new NodeFinding(Truth.TRUE, finding.reason(), finding.message(), finding.next());
    return condition(type, holds, generation, previous);
  }

  private Condition condition(
      String type, NodeFinding finding, long generation, List<Condition> previous) {
    ConditionStatus status =
        switch (finding.truth()) {
          case TRUE -> ConditionStatus.True;
          case FALSE -> ConditionStatus.False;
          case UNKNOWN -> ConditionStatus.Unknown;
        };
    String since =
        previous.stream()
            .filter(c -> c.type().equals(type) && c.status() == status)
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Condition(type, status, generation, since, finding.reason().name(), finding.text());
  }
}
