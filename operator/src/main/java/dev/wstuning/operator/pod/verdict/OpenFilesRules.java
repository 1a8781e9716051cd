package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import java.util.Optional;
import java.util.OptionalLong;

/** The rules about the limit of open files. */
final class OpenFilesRules {

  private OpenFilesRules() {}

  /** The process may open fewer files than wanted. */
  static Optional<Finding> belowMinimum(Expectation expectation, Inspection pod) {
    OptionalLong minimum = expectation.openFilesMinimum();
    OpenFilesLimit limit = pod.report().nofile();
    if (minimum.isEmpty() || limit.reaches(minimum.getAsLong())) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.bad(
            TuningReason.OpenFilesBelowMinimum,
            "%s, want at least %d%s"
                .formatted(
                    seen(pod), minimum.getAsLong(), OpenFilesRemedies.because(expectation, pod)),
            OpenFilesRemedies.raise(expectation, pod, minimum.getAsLong())));
  }

  /** The process may open more files than wanted. */
  static Optional<Finding> aboveMaximum(Expectation expectation, Inspection pod) {
    OptionalLong maximum = expectation.openFilesMaximum();
    if (maximum.isEmpty() || pod.report().nofile().soft() <= maximum.getAsLong()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.bad(
            TuningReason.OpenFilesAboveMaximum,
            "%s, want at most %d%s"
                .formatted(
                    seen(pod), maximum.getAsLong(), OpenFilesRemedies.because(expectation, pod)),
            OpenFilesRemedies.lower(expectation, pod)));
  }

  private static String seen(Inspection pod) {
    OpenFilesLimit limit = pod.report().nofile();
    return "the open files limit of %s%s is %d (hard %d)"
        .formatted(
            pod.report().process().comm(),
            pod.pod().facts().node().map(" on node "::concat).orElse(""),
            limit.soft(),
            limit.hard());
  }
}
