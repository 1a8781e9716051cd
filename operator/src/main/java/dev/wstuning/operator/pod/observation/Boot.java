package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.BootReport.By;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import java.util.Optional;

/**
 * What the init container reported.
 *
 * @param openFilesGiven the limit of open files that it was given, as the pod's other containers
 *     were; empty without a report
 * @param programsAttached whether it attached the socket programs, and nothing is wrong
 * @param awaitsAgent whether it ended for another one, which the node's agent may grant more: the
 *     pod still starts
 */
public record Boot(
    Optional<OpenFilesLimit> openFilesGiven,
    boolean programsAttached,
    BootProblems problems,
    boolean awaitsAgent) {

  /** The pod has no init container of ours, or it did not end yet. */
  public static final Boot NONE = new Boot(Optional.empty(), false, BootProblems.NONE, false);

  /** It did nothing yet. */
  public static final Boot AWAITS_AGENT =
      new Boot(Optional.empty(), false, BootProblems.NONE, true);

  public static Boot unreadable(String problem) {
    return new Boot(Optional.empty(), false, BootProblems.unreadable(problem), false);
  }

  /** The same in a pod that was given this limit. */
  Boot given(Optional<OpenFilesLimit> openFiles) {
    return new Boot(openFiles, programsAttached, problems, awaitsAgent);
  }

  public static Boot of(BootReport report, BootProblems problems) {
    boolean attached =
        report.sockets() != null && report.sockets().by() == By.Programs && report.sockets().done();
    return new Boot(Optional.of(report.nofile()), attached && problems.none(), problems, false);
  }
}
