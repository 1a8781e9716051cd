package dev.wstuning.operator.verdict;

/** The status of a condition, from worst to best. */
public enum Truth {
  FALSE,
  UNKNOWN,
  TRUE
}
