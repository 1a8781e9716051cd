package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * Observes each start of a server container once: when it is ready, unless it keeps crashing, and
 * at most three times per pod, because ephemeral containers can never be removed.
 */
public final class Observer {

  static final int MAX_PER_POD = 3;
  private static final Duration STABLE = Duration.ofSeconds(5);

  private final Dispatch dispatch;
  private final ReportReader reports;
  private final Clock clock;
  private final ReportCache cache = new ReportCache();

  public Observer(ObserverLauncher launcher, ReportReader reports, Clock clock) {
    this.dispatch = new Dispatch(launcher, clock);
    this.reports = reports;
    this.clock = clock;
  }

  /**
   * Looks at a running pod; sends an observer if one is due.
   *
   * @param tuningUid the tuning whose pod it is; each gets its share of observers
   * @param askedContainer the container named in the spec; empty if none is
   */
  public Look look(
      String tuningUid, PodFacts pod, Optional<String> askedContainer, ObserveCommand command) {
    Optional<String> container = pod.serverContainer(askedContainer);
    if (container.isEmpty()) {
      return Look.at(new Observation.Ambiguous());
    }
    ContainerStatus server = pod.status(container.get()).orElse(null);
    if (server == null || server.getState() == null || server.getState().getRunning() == null) {
      return Look.await("the server is not running yet");
    }
    // A report answers the command that it was given, and no other.
    String start = Markers.startToken(server.getContainerID(), command.text());
    Optional<Observation> known = cache.of(pod.uid(), start);
    if (known.isPresent()) {
      return Look.at(known.get());
    }
    Errand errand = new Errand(tuningUid, pod, container.get(), command, start);
    String name = errand.observer();
    Optional<ContainerStatus> status =
        pod.observerStatuses().stream().filter(s -> s.getName().equals(name)).findFirst();
    if (status.isPresent() || pod.observers().contains(name)) {
      return Look.at(read(pod, start, status));
    }
    return launch(errand, server);
  }

  private Observation read(PodFacts pod, String start, Optional<ContainerStatus> status) {
    ContainerState state = status.map(ContainerStatus::getState).orElse(null);
    if (state == null || (state.getTerminated() == null && state.getWaiting() == null)) {
      return new Observation.Pending("the server is being observed");
    }
    if (state.getTerminated() == null) {
      String waiting = state.getWaiting().getReason();
      boolean failing = waiting != null && (waiting.contains("Err") || waiting.contains("BackOff"));
      return failing
          ? new Observation.Failed("the observer does not start: " + waiting)
          : new Observation.Pending("the observer is starting");
    }
    Observation result = parse(start, state.getTerminated());
    cache.keep(pod.uid(), start, result);
    return result;
  }

  private Observation parse(String start, ContainerStateTerminated ended) {
    return reports
        .server(ended.getMessage(), start, Sysctl.values().length)
        .fold(
            report -> new Observation.Reported(report, Instant.parse(ended.getFinishedAt())),
            problem ->
                new Observation.Failed(
                    "the observer's report is invalid: %s (exit code %d)"
                        .formatted(problem, ended.getExitCode())),
            () -> new Observation.Failed("the kubelet truncated the observer's report"),
            () ->
                new Observation.Failed(
                    "the observer's report is about another start of the server"));
  }

  private Look launch(Errand errand, ContainerStatus server) {
    if (!Boolean.TRUE.equals(server.getReady())) {
      return Look.await("the server is not ready yet");
    }
    if (errand.pod().observers().size() >= MAX_PER_POD) {
      return Look.at(
          new Observation.Failed(
              "the pod had %d observers already, and Kubernetes never removes them"
                  .formatted(MAX_PER_POD)));
    }
    Duration up =
        Duration.between(
            Instant.parse(server.getState().getRunning().getStartedAt()), clock.instant());
    boolean restarted = server.getRestartCount() != null && server.getRestartCount() > 0;
    if (restarted && !errand.pod().observers().isEmpty() && up.compareTo(STABLE) < 0) {
      return new Look(
          new Observation.Pending("the server restarted a moment ago"),
          Optional.of(STABLE.minus(up)));
    }
    return dispatch.send(errand);
  }

  /** How many pods wait for an observer. */
  public int waiting() {
    return dispatch.waiting();
  }

  /** Ends a pass over a tuning: forgets what is known of all its pods but these. */
  public void retain(String tuningUid, Collection<String> podUids) {
    cache.retain(tuningUid, podUids);
    dispatch.retain(tuningUid, podUids);
  }
}
