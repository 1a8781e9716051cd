package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.injection.TunerContainer;
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Reads what the operator needs to know from a pod, and what our init container reported there.
 *
 * @param tuners reads what an init container of ours does
 * @param reports reads what it left
 */
public record PodReader(Function<Container, InjectedTuner> tuners, ReportReader reports) {

  /** Believes only what was injected. */
  public static final PodReader STRICT = new PodReader(TunerContainer::read, ReportReader.STRICT);

  /**
   * The same, with one object for what pods have in common.
   *
   * @param shared returns the first among equal ones
   */
  public PodReader sharing(UnaryOperator<InjectedTuner> shared) {
    return new PodReader(tuners.andThen(shared), reports);
  }

  public PodRecord record(Pod pod) {
    PodFacts facts = PodFacts.of(pod, tuners);
    return new PodRecord(facts, boot(facts));
  }

  private Boot boot(PodFacts pod) {
    Optional<ContainerFacts.Ended> ended = pod.tunerStatus().flatMap(t -> t.ends().findFirst());
    if (pod.tuner().isEmpty() || ended.isEmpty()) {
      return Boot.NONE;
    }
    return pod.tuner()
        .get()
        .believed()
        .map(command -> boot(command, ended.get()))
        .orElseGet(() -> Boot.unreadable("its init container is not the one that was injected"));
  }

  private Boot boot(TunerCommand command, ContainerFacts.Ended ended) {
    return reports
        .boot(ended.message(), command)
        .fold(
            report -> boot(command, report),
            problem -> Boot.unreadable("%s (exit code %d)".formatted(problem, ended.exitCode())),
            () -> Boot.unreadable("the kubelet truncated it"),
            () -> Boot.unreadable("it is about another plan"));
  }

  private static Boot boot(TunerCommand command, BootReport report) {
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
