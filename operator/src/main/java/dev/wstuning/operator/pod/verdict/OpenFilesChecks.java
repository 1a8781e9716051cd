package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.AgentFacts;
import dev.wstuning.operator.pod.observation.Desired;
import dev.wstuning.operator.pod.observation.LookedAt;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import java.util.Optional;
import java.util.OptionalLong;

/** The rules about the limit of open files. */
final class OpenFilesChecks {

  private OpenFilesChecks() {}

  /** The process may open fewer files than asked for. */
  static Optional<Finding> belowMinimum(Desired desired, LookedAt pod) {
    OptionalLong minimum = desired.openFilesMinimum();
    OpenFilesLimit limit = pod.report().nofile();
    if (minimum.isEmpty() || reaches(limit, minimum.getAsLong())) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.bad(
            Reason.OpenFilesBelowMinimum,
            "%s, asked at least %d%s"
                .formatted(seen(pod), minimum.getAsLong(), OpenFilesRemedies.because(desired, pod)),
            OpenFilesRemedies.raise(desired, pod, minimum.getAsLong())));
  }

  /** Go raises its soft limit to one below the hard one, which is as good as the hard one. */
  private static boolean reaches(OpenFilesLimit limit, long minimum) {
    boolean raisedByGo = limit.soft() == limit.hard() - 1 && limit.hard() >= minimum;
    return limit.soft() >= minimum || raisedByGo;
  }

  /** The process may open more files than it shall. */
  static Optional<Finding> aboveMaximum(Desired desired, LookedAt pod) {
    OptionalLong maximum = desired.openFilesMaximum();
    if (maximum.isEmpty() || pod.report().nofile().soft() <= maximum.getAsLong()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.bad(
            Reason.OpenFilesAboveMaximum,
            "%s, asked at most %d%s"
                .formatted(seen(pod), maximum.getAsLong(), OpenFilesRemedies.because(desired, pod)),
            OpenFilesRemedies.lower(desired, pod)));
  }

  private static String seen(LookedAt pod) {
    OpenFilesLimit limit = pod.report().nofile();
    return "the open files limit of %s%s is %d (hard %d)"
        .formatted(
            pod.report().process().comm(),
            pod.pod().facts().node().map(" on node "::concat).orElse(""),
            limit.soft(),
            limit.hard());
  }

  /** Whether the agent of the pod's node grants limits now. */
  static Optional<AgentFacts> servingNode(LookedAt pod) {
    return pod.pod().node().filter(AgentFacts::serving);
  }
}
