package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.injection.TunerContainer;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads what the operator needs to know from a pod, and what our containers reported there.
 *
 * @param tuners reads what an init container of ours does
 * @param reports reads what our containers left
 * @param sharing makes one object of what pods have in common
 */
public record PodReader(
    Function<Container, InjectedTuner> tuners, ReportReader reports, Sharing sharing) {

  /** Believes only what was injected. */
  public static final PodReader STRICT =
      new PodReader(TunerContainer::read, ReportReader.STRICT, Sharing.NOTHING);

  /** The same, with one object for what pods have in common. */
  public PodReader sharing(Sharing values) {
    return new PodReader(tuners, reports, values);
  }

  public PodRecord record(Pod pod) {
    return record(pod, Optional.empty());
  }

  /**
   * @param last what was read from the last version of the pod, or from another pod of its name
   */
  public PodRecord record(Pod pod, Optional<PodRecord> last) {
    Optional<PodRecord> before = last.flatMap(l -> l.of(pod.getMetadata().getUid()));
    PodFacts facts =
        PodFacts.of(
            pod,
            TemplateFacts.of(pod, tuners),
            new ObserverReader(reports, sharing)
                .of(pod, before.map(b -> b.facts().observers()).orElse(List.of())),
            before.map(PodRecord::facts),
            sharing);
    Optional<ContainerStateTerminated> ended = facts.tuner().flatMap(t -> ended(pod));
    long booted =
        ended
            .map(ContainerStateTerminated::getFinishedAt)
            .map(at -> Instant.parse(at).getEpochSecond())
            .orElse(0L);
    return before
        // Two containers may end in one second if the first of them waits.
        .filter(b -> booted != 0 && booted == b.booted() && !b.boot().awaitsAgent())
        .filter(b -> facts.tuner().equals(b.facts().tuner()))
        .map(b -> new PodRecord(facts, b.boot(), booted))
        .orElseGet(() -> new PodRecord(facts, sharing.one(boot(facts.tuner(), ended)), booted));
  }

  private Boot boot(Optional<InjectedTuner> tuner, Optional<ContainerStateTerminated> ended) {
    if (ended.isEmpty()) {
      return Boot.NONE;
    }
    return tuner
        .flatMap(InjectedTuner::believed)
        .map(command -> boot(command, ended.get()))
        .orElseGet(() -> Boot.unreadable("its init container is not the one that was injected"));
  }

  /** How our init container ended at last; empty if it did not end yet. */
  private static Optional<ContainerStateTerminated> ended(Pod pod) {
    return pod.getStatus() == null
        ? Optional.empty()
        : Lists.first(
                pod.getStatus().getInitContainerStatuses(),
                s -> s.getName().equals(Markers.INIT_CONTAINER))
            .flatMap(
                status ->
                    Stream.of(status.getState(), status.getLastState())
                        .flatMap(Stream::ofNullable)
                        .flatMap(state -> Stream.ofNullable(state.getTerminated()))
                        .findFirst());
  }

  private Boot boot(TunerCommand command, ContainerStateTerminated ended) {
    int exitCode = Objects.requireNonNullElse(ended.getExitCode(), 0);
    return reports
        .boot(ended.getMessage(), command)
        .fold(
            report -> report.awaits() ? awaits(command, exitCode) : boot(command, report),
            problem -> Boot.unreadable("%s (exit code %d)".formatted(problem, exitCode)),
            () -> Boot.unreadable("the kubelet truncated it"),
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
