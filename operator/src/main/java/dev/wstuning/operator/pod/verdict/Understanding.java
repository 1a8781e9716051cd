package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.condition.Finding;
import java.util.Optional;

/** What it means that a resource was written for a newer version of the operator. */
final class Understanding {

  private static final String UPDATE =
      "update the operator, or use only fields and values that it knows";

  private Understanding() {}

  /** It is not known what the tuning wants. */
  static Optional<Finding> unreadable(VerdictInput s) {
    return unreadable(s.expectation().notUnderstood());
  }

  static Optional<Finding> unreadable(NotUnderstood what) {
    return what.values().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.unknown(
                TuningReason.NotUnderstood,
                "this version of the operator cannot read %s: it injects nothing into new pods and leaves running ones as they are"
                    .formatted(String.join(", ", what.values())),
                UPDATE + " (kubectl explain wst.spec)"));
  }

  /** The fields that are known are applied, and no pod is restarted. */
  static Optional<Finding> partly(VerdictInput s) {
    NotUnderstood what = s.expectation().notUnderstood();
    return what.fields().isEmpty() || !s.expectation().readable()
        ? Optional.empty()
        : Optional.of(
            Finding.good(
                TuningReason.UnknownFields,
                "this version of the operator does not know %s: it applies the other fields to new pods, and restarts no pod"
                    .formatted(String.join(", ", what.fields())),
                UPDATE));
  }
}
