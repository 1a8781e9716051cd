package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.observation.Observation.Prospect;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.SentCommand;
import dev.wstuning.operator.pod.tuner.ServerReport;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what the observers of a pod left.
 *
 * @param reports reads their messages
 */
record ObserverReader(ReportReader reports, Sharing sharing) {

  private static final Observation LOOKS = new Observation.Pending("the server is being observed");

  /**
   * @param before the observers of the last version of the pod: what one left is read once, because
   *     the kubelet may cut it later, when the pod gets more containers
   */
  List<ObserverFacts> of(Pod pod, List<ObserverFacts> before) {
    List<ContainerStatus> statuses =
        pod.getStatus() == null ? List.of() : pod.getStatus().getEphemeralContainerStatuses();
    List<ObserverFacts> observers = new ArrayList<>();
    List<EphemeralContainer> containers =
        oldestFirst(pod.getSpec().getEphemeralContainers(), statuses);
    Set<String> reported = new HashSet<>();
    for (int i = containers.size() - 1; i >= 0; i--) {
      EphemeralContainer container = containers.get(i);
      if (Markers.isObserver(container)) {
        ObserverFacts observer = observer(container, statuses, before, reported);
        observers.add(0, observer);
        // Another that saw nothing listen takes the place of none.
        observer
            .observation()
            .reported()
            .filter(report -> report.report().listens())
            .ifPresent(report -> reported.add(observer.target()));
      }
    }
    return List.copyOf(observers);
  }

  /**
   * The API server puts a container that is added before the others. Only the kubelet shows which
   * came first; one that did not end is the latest.
   */
  private static List<EphemeralContainer> oldestFirst(
      List<EphemeralContainer> containers, List<ContainerStatus> statuses) {
    if (containers.size() < 2) {
      return containers;
    }
    List<EphemeralContainer> ordered = new ArrayList<>(containers);
    Collections.reverse(ordered);
    ordered.sort(
        Comparator.comparing(
            container -> ended(container, statuses),
            Comparator.nullsLast(Comparator.naturalOrder())));
    return ordered;
  }

  private static Optional<ContainerState> state(
      EphemeralContainer container, List<ContainerStatus> statuses) {
    return Lists.first(statuses, s -> s.getName().equals(container.getName()))
        .map(ContainerStatus::getState);
  }

  /** When it ended; null if it did not. */
  private static Instant ended(EphemeralContainer container, List<ContainerStatus> statuses) {
    return state(container, statuses)
        .map(ContainerState::getTerminated)
        .map(ContainerStateTerminated::getFinishedAt)
        .map(Instant::parse)
        .orElse(null);
  }

  /**
   * @param reported the containers that later observers reported on
   */
  private ObserverFacts observer(
      EphemeralContainer container,
      List<ContainerStatus> statuses,
      List<ObserverFacts> before,
      Set<String> reported) {
    ObserverName name = ObserverName.of(container.getName());
    String target = Objects.requireNonNullElse(container.getTargetContainerName(), "").intern();
    Optional<ObserverFacts> known = Lists.first(before, b -> b.ended() && b.name().equals(name));
    if (known.isPresent()) {
      return reported.contains(target) ? known.get().superseded() : known.get();
    }
    Optional<ContainerState> state = state(container, statuses);
    SentCommand command = sharing.one(SentCommand.read(container.getArgs()));
    Optional<ContainerStateTerminated> ended = state.map(ContainerState::getTerminated);
    if (ended.isEmpty()) {
      return new ObserverFacts(
          name,
          target,
          command,
          state.map(ContainerState::getWaiting).map(ObserverReader::waits).orElse(LOOKS),
          false,
          0);
    }
    Optional<Instant> at = Optional.ofNullable(ended.get().getFinishedAt()).map(Instant::parse);
    return new ObserverFacts(
        name,
        target,
        command,
        reported.contains(target)
            ? ObserverFacts.SUPERSEDED
            : read(name.startText(), command, ended.get(), at.orElse(Instant.EPOCH)),
        true,
        at.map(Instant::getEpochSecond).orElse(0L));
  }

  private static Observation waits(ContainerStateWaiting waiting) {
    String reason = waiting.getReason() == null ? "" : waiting.getReason();
    return reason.contains("Err") || reason.contains("BackOff")
        ? failed("the observer does not start: " + reason)
        : new Observation.Pending("the observer is starting");
  }

  private Observation read(
      String start, SentCommand command, ContainerStateTerminated ended, Instant at) {
    return reports
        .server(ended.getMessage(), start, command.size())
        .fold(
            report -> new Observation.Reported(shared(command.inOrder(report)), at, false),
            problem ->
                failed(
                    "the observer's report is invalid: %s (exit code %d)"
                        .formatted(problem, Objects.requireNonNullElse(ended.getExitCode(), 0))),
            () -> failed("the kubelet truncated the observer's report"),
            () -> failed("the observer's report is about another start of the server"));
  }

  private static Observation failed(String problem) {
    return new Observation.Failed(problem, Prospect.NONE);
  }

  /** Numbers of connections differ, and little else. Which start it is about was checked. */
  private ServerReport shared(ServerReport report) {
    return new ServerReport(
        report.v(),
        sharing.one(report.kind()),
        sharing.one(report.tuner()),
        "",
        sharing.one(report.process()),
        report.processes(),
        sharing.one(report.nofile()),
        report.softTotal(),
        report.doubt(),
        sharing.one(report.values()),
        report.unread(),
        report.accepted() == null ? null : sharing.one(report.accepted()),
        report.ports().stream().map(this::shared).toList(),
        report.portsLeftOut(),
        report.portsUnclear(),
        report.noSockets(),
        report.errors());
  }

  private ServerReport.Port shared(ServerReport.Port port) {
    return sharing.one(
        port.keepalive() == null ? port : port.withKeepalive(sharing.one(port.keepalive())));
  }
}
