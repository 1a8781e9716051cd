package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.pod.selection.Exclusion;

/** What came of a call about a new pod. */
public enum AdmissionOutcome {
  /** The pod was changed. */
  TUNED,
  /** The tuning injects nothing, or nothing may be changed in its namespace. */
  NOT_WANTED,
  /** The pod starts untuned, because tuned ones of its owner could not be created or started. */
  SUSPENDED,
  /** Another tuning owns the pod, or none does. */
  NOT_OWNED,
  /** The pod cannot be tuned, but asks the node's agent for open files. */
  OPEN_FILES_ONLY,
  LEFT_ALONE_HOST_NETWORK,
  LEFT_ALONE_HOST_PID,
  LEFT_ALONE_SHARED_PROCESSES,
  LEFT_ALONE_WINDOWS,
  LEFT_ALONE_VIRTUAL_NODE,
  LEFT_ALONE_MIRROR,
  LEFT_ALONE_NAME_TAKEN,
  /** The webhook entry names a tuning that does not exist: the failure policy decides. */
  UNKNOWN_TUNING,
  /** Not an AdmissionReview. */
  BAD_REQUEST,
  /** The failure policy decides. */
  FAILED;

  static AdmissionOutcome leftAlone(Exclusion why) {
    return valueOf("LEFT_ALONE_" + why);
  }
}
