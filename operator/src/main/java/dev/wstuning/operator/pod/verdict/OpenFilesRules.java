package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.capacity.Capacity;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.Optional;
import java.util.OptionalLong;

/** The rules about the limit of open files. */
final class OpenFilesRules {

  private OpenFilesRules() {}

  /** The process may open fewer files than wanted. */
  static Optional<Finding> belowMinimum(Expectation expectation, Inspection pod) {
    OptionalLong minimum = expectation.openFilesMinimum();
    if (minimum.isEmpty() || mayReach(expectation, pod.report(), minimum.getAsLong())) {
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
                    seen(pod), maximum.getAsLong(), HighLimitRemedies.because(expectation, pod)),
            HighLimitRemedies.lower(expectation, pod)));
  }

  /** Several processes may be the server, and it matters which of them are. */
  static Optional<Finding> processAmbiguous(Expectation expectation, Inspection pod) {
    ServerReport report = pod.report();
    if (report.doubt() == null || !decides(expectation, report)) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.unknown(
            TuningReason.ProcessAmbiguous,
            "any of %d processes may be the server, with %s: %s"
                .formatted(
                    report.doubt().candidates(),
                    limits(report),
                    switch (report.doubt().missing()) {
                      case Descriptors -> "the observer may not read the descriptors of their user";
                      case Connections -> "no connection showed which of them accepts";
                      case Sockets -> "the kernel listed no sockets";
                    }),
            switch (report.doubt().missing()) {
              case Descriptors ->
                  "set runAsUser to another user than 0, and runAsGroup, in the pod's template, or start the server"
                      + " as the container's only process";
              case Connections ->
                  "set spec.observation.probe to Allowed, or, once clients are connected, run "
                      + KeepaliveRules.observeAgain(pod.pod().facts());
              case Sockets -> "start the server as the container's only process";
            }));
  }

  /** What a number of connections needs, all processes of the server have together. */
  private static boolean mayReach(Expectation expectation, ServerReport report, long minimum) {
    boolean together =
        expectation.connections().isPresent()
            && report.softTotal() != null
            && report.softTotal() >= minimum;
    return together || report.highestLimit().reaches(minimum);
  }

  private static String limits(ServerReport report) {
    return report
        .limit()
        .map(limit -> "an open files limit of %d each".formatted(limit.soft()))
        .orElseGet(
            () ->
                "open files limits from %d to %d"
                    .formatted(report.nofile().soft(), report.doubt().highest()));
  }

  /**
   * Whether something wanted holds for the lowest limit and not for the highest, or vice versa, or
   * for all processes together and not for one.
   */
  private static boolean decides(Expectation expectation, ServerReport report) {
    OptionalLong minimum = expectation.openFilesMinimum();
    OptionalLong maximum = expectation.openFilesMaximum();
    OptionalLong connections = expectation.connections();
    long lowest = report.nofile().soft();
    return (minimum.isPresent() && !report.nofile().reaches(minimum.getAsLong()))
        || (maximum.isPresent() && report.doubt().highest() > maximum.getAsLong())
        || (connections.isPresent()
            && new Capacity.OpenFiles(lowest, 1, false).connections() < connections.getAsLong());
  }

  private static String seen(Inspection pod) {
    if (pod.report().limit().isEmpty()) {
      return "the open files limits of the %d processes that may be the server are %d to %d"
          .formatted(
              pod.report().doubt().candidates(),
              pod.report().nofile().soft(),
              pod.report().doubt().highest());
    }
    OpenFilesLimit limit = pod.report().nofile();
    return "the open files limit of %s%s is %d (hard %d)"
        .formatted(
            pod.report().process().comm(),
            pod.pod().facts().node().map(" on node "::concat).orElse(""),
            limit.soft(),
            limit.hard());
  }
}
