package dev.wstuning.operator.condition;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ConditionStatus;

/** The status of a condition, from worst to best. */
public enum Truth {
  FALSE(ConditionStatus.False),
  UNKNOWN(ConditionStatus.Unknown),
  TRUE(ConditionStatus.True);

  private final ConditionStatus status;

  Truth(ConditionStatus status) {
    this.status = status;
  }

  /** The same as the API has it. */
  public ConditionStatus status() {
    return status;
  }
}
