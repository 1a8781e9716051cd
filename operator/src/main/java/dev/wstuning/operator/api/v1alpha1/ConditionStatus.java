package dev.wstuning.operator.api.v1alpha1;

/** The status of a condition, worst first. */
public enum ConditionStatus {
  False,
  Unknown,
  True
}
