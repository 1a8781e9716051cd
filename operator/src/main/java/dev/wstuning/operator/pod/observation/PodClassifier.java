package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.injection.TunerContainer;
import dev.wstuning.operator.pod.observation.ObservedPod.Boot;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.ParseResult;
import dev.wstuning.operator.pod.tuner.ReportParser;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads from a pod's facts how it stands: its life, its coverage, and its boot report. */
public final class PodClassifier {

  /** Creation times are whole seconds, and a new entry takes a moment to reach API servers. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private PodClassifier() {}

  public static Life life(PodFacts pod, String askedContainer) {
    if (pod.ended()) {
      return Life.NOT_RUNNING;
    }
    Optional<String> server = pod.serverContainer(askedContainer);
    if (server.isEmpty()) {
      return pod.phase().equals("Running") ? Life.RUNNING : Life.STARTING;
    }
    ContainerState state = pod.status(server.get()).map(ContainerStatus::getState).orElse(null);
    if (state == null) {
      return Life.STARTING;
    }
    if (state.getRunning() != null) {
      return Life.RUNNING;
    }
    boolean failing =
        state.getWaiting() != null && "CrashLoopBackOff".equals(state.getWaiting().getReason());
    return failing || state.getTerminated() != null ? Life.NOT_RUNNING : Life.STARTING;
  }

  /**
   * @param injectingSince since when new pods of this tuning are injected; empty if they are not
   */
  public static Coverage coverage(PodFacts pod, TuningPlan plan, Optional<Instant> injectingSince) {
    if (pod.exclusion().isPresent()) {
      return Coverage.SKIPPED;
    }
    if (!plan.injects()) {
      return pod.plan().isEmpty() ? Coverage.CURRENT : Coverage.RESTART_PENDING;
    }
    if (pod.plan().isPresent()) {
      return carries(pod, plan) ? Coverage.CURRENT : Coverage.RESTART_PENDING;
    }
    boolean missed =
        injectingSince.filter(since -> pod.created().isAfter(since.plus(SLACK))).isPresent();
    return missed ? Coverage.MISSED : Coverage.RESTART_PENDING;
  }

  /** The annotations alone prove nothing: a template may bring them along. */
  private static boolean carries(PodFacts pod, TuningPlan plan) {
    boolean leftOut =
        pod.noPreload().isPresent()
            && (plan.sockets().filter(SocketMechanism.Preload.class::isInstance).isPresent()
                || plan.openFiles().filter(OpenFilesPlan::helped).isPresent());
    return pod.plan().equals(Optional.of(plan.hash()))
        && TunerCommand.fits(plan, pod.tuner().flatMap(TunerCommand::of), leftOut);
  }

  /** Whether the pod shall not start where its init container fails. */
  public static boolean holdsOnFailure(PodFacts pod) {
    return pod.tuner().filter(TunerCommand::holdsOnFailure).isPresent();
  }

  public static Boot boot(PodFacts pod) {
    ContainerStateTerminated ended =
        pod.tunerStatus()
            .map(ContainerStatus::getState)
            .map(ContainerState::getTerminated)
            .or(
                () ->
                    pod.tunerStatus()
                        .map(ContainerStatus::getLastState)
                        .map(ContainerState::getTerminated))
            .orElse(null);
    if (pod.tuner().isEmpty() || ended == null) {
      return new Boot.None();
    }
    Optional<TunerCommand> command = pod.tuner().flatMap(TunerCommand::of);
    if (command.isEmpty() || !TunerContainer.believable(pod.tuner().get())) {
      return new Boot.Unreadable("its init container is not the one that was injected");
    }
    ParseResult<BootReport> parsed =
        ReportParser.boot(
            ended.getMessage(), command.get().plan(), command.get().settings().size());
    if (parsed instanceof ParseResult.Valid<BootReport> valid) {
      List<String> problems = problems(command.get().settings(), valid.report());
      Optional<String> sockets =
          problem(command.get().sockets(), valid.report().sockets(), BootReport.Sockets::error);
      Optional<String> openFiles =
          problem(
              command.get().openFiles(), valid.report().openFiles(), BootReport.OpenFiles::error);
      return problems.isEmpty() && sockets.isEmpty() && openFiles.isEmpty()
          ? new Boot.Succeeded(valid.report())
          : new Boot.Failed(valid.report().nofile(), problems, sockets, openFiles);
    }
    if (parsed instanceof ParseResult.Malformed<BootReport> malformed) {
      return new Boot.Unreadable(
          "%s (exit code %d)".formatted(malformed.problem(), ended.getExitCode()));
    }
    return new Boot.Unreadable(
        parsed instanceof ParseResult.Truncated<BootReport>
            ? "the kubelet cut it"
            : "it is about another plan");
  }

  private static List<String> problems(List<Setting> settings, BootReport report) {
    List<String> problems = new ArrayList<>();
    report.errors().forEach(f -> problems.add(settings.get(f.at()) + ": " + f.message()));
    for (int i = 0; i < settings.size(); i++) {
      int at = i;
      String value = report.values().get(i);
      boolean told = report.errors().stream().anyMatch(f -> f.at() == at);
      if (!told && (value == null || !Sysctl.normalise(value).equals(settings.get(i).value()))) {
        problems.add(settings.get(i) + ": reads back " + (value == null ? "nothing" : value));
      }
    }
    return problems;
  }

  /** Why something that was asked for was not done, as the report has it. */
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
