package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
    for (EphemeralContainer container : pod.getSpec().getEphemeralContainers()) {
      if (Markers.isObserver(container)) {
        String name = container.getName();
        observers.add(observer(name, Lists.first(statuses, s -> s.getName().equals(name)), before));
      }
    }
    return List.copyOf(observers);
  }

  private ObserverFacts observer(
      String name, Optional<ContainerStatus> status, List<ObserverFacts> before) {
    String start = name.substring(Markers.OBSERVER_PREFIX.length());
    return Lists.first(before, b -> b.ended() && b.start().equals(start))
        .orElseGet(() -> observer(start, status.map(ContainerStatus::getState)));
  }

  private ObserverFacts observer(String start, Optional<ContainerState> state) {
    Optional<ContainerStateTerminated> ended = state.map(ContainerState::getTerminated);
    return ended.isPresent()
        ? new ObserverFacts(start, read(start, ended.get()), true)
        : new ObserverFacts(
            start,
            state.map(ContainerState::getWaiting).map(ObserverReader::waits).orElse(LOOKS),
            false);
  }

  private static Observation waits(ContainerStateWaiting waiting) {
    String reason = waiting.getReason() == null ? "" : waiting.getReason();
    return reason.contains("Err") || reason.contains("BackOff")
        ? new Observation.Failed("the observer does not start: " + reason)
        : new Observation.Pending("the observer is starting");
  }

  private Observation read(String start, ContainerStateTerminated ended) {
    Instant at = Optional.ofNullable(ended.getFinishedAt()).map(Instant::parse).orElse(null);
    return reports
        .server(ended.getMessage(), start, Sysctl.values().length)
        .fold(
            report -> new Observation.Reported(shared(report, start), at),
            problem ->
                new Observation.Failed(
                    "the observer's report is invalid: %s (exit code %d)"
                        .formatted(problem, Objects.requireNonNullElse(ended.getExitCode(), 0))),
            () -> new Observation.Failed("the kubelet truncated the observer's report"),
            () ->
                new Observation.Failed(
                    "the observer's report is about another start of the server"));
  }

  /** Numbers of connections differ, and little else. */
  private ServerReport shared(ServerReport report, String start) {
    return new ServerReport(
        report.v(),
        sharing.one(report.kind()),
        sharing.one(report.tuner()),
        start,
        sharing.one(report.process()),
        report.processes(),
        sharing.one(report.nofile()),
        sharing.one(report.values()),
        report.unread(),
        report.accepted() == null ? null : sharing.one(report.accepted()),
        report.ports().stream().map(this::shared).toList(),
        report.portsLeftOut(),
        report.errors());
  }

  private ServerReport.Port shared(ServerReport.Port port) {
    return sharing.one(
        new ServerReport.Port(
            port.port(),
            port.listening(),
            port.connections(),
            port.remotes(),
            port.preload(),
            port.keepalive() == null ? null : sharing.one(port.keepalive()),
            port.problem()));
  }
}
