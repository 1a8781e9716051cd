package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads what was done in a pod before its server started, from the one report about that. */
record BootReader(ReportReader reports) {

  /**
   * What an init container did.
   *
   * @param exitCode with which it ended
   */
  Boot ofContainer(String message, int exitCode, TunerCommand command) {
    return reports
        .boot(message, command)
        .fold(
            report -> report.awaits() ? awaits(command, exitCode) : done(command, report),
            problem -> Boot.unreadable("%s (exit code %d)".formatted(problem, exitCode)),
            () -> Boot.unreadable("the kubelet truncated it"),
            () -> Boot.unreadable("it is about another plan"));
  }

  /** What the agent of the pod's node did. */
  Boot ofNode(String line, TunerCommand command) {
    return reports
        .boot(line, command)
        .fold(
            report ->
                report.awaits()
                    ? Boot.unreadable("it says that nothing was done")
                    : done(command, report),
            Boot::unreadable,
            () -> Boot.unreadable("its end is missing"),
            () -> Boot.unreadable("it is about another plan"));
  }

  /** Only one that was to wait does, and only with this exit code the kubelet makes another one. */
  private static Boot awaits(TunerCommand command, int exitCode) {
    return command.awaited().isPresent() && exitCode == TunerCommand.AWAITS_AGENT
        ? Boot.AWAITS_AGENT
        : Boot.unreadable(
            "it says that it waits for the node's agent, which it should not (exit code %d)"
                .formatted(exitCode));
  }

  private static Boot done(TunerCommand command, BootReport report) {
    List<String> problems = problems(command.settings(), report);
    Optional<String> sockets =
        problem(command.sockets(), report.sockets(), BootReport.Sockets::error);
    Optional<String> openFiles =
        problem(command.openFiles(), report.openFiles(), BootReport.OpenFiles::error);
    return Boot.of(report, new BootProblems(problems, sockets, openFiles, Optional.empty()));
  }

  private static List<String> problems(List<Setting> settings, BootReport report) {
    List<String> problems = new ArrayList<>();
    report.errors().forEach(f -> problems.add(settings.get(f.at()) + ": " + f.message()));
    for (int i = 0; i < settings.size(); i++) {
      int at = i;
      String value = report.values().get(i);
      boolean told =
          !report.errors().isEmpty() && report.errors().stream().anyMatch(f -> f.at() == at);
      if (!told && (value == null || !Sysctl.normalise(value).equals(settings.get(i).value()))) {
        problems.add(settings.get(i) + ": reads back " + (value == null ? "nothing" : value));
      }
    }
    return problems;
  }

  /** Why something that was wanted was not done, according to the report. */
  private static <T> Optional<String> problem(
      Optional<?> asked, T told, Function<T, String> error) {
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    return told == null
        ? Optional.of("the report does not mention them")
        : Optional.ofNullable(error.apply(told));
  }
}
