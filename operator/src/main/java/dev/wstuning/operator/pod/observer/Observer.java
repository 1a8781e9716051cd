package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.ContainerFacts.Ended;
import dev.wstuning.operator.pod.observation.ContainerFacts.Waiting;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Clock;
import java.time.Duration;
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
    ContainerFacts server = pod.status(container.get()).orElse(null);
    if (server == null || !server.runs()) {
      return Look.await("the server is not running yet");
    }
    // A report answers the command that it was given, and no other.
    String start = Markers.startToken(server.id().orElse(null), command.text());
    Optional<Observation> known = cache.of(pod.uid(), start);
    if (known.isPresent()) {
      return Look.at(known.get());
    }
    Errand errand = new Errand(tuningUid, pod, container.get(), command, start);
    String name = errand.observer();
    Optional<ContainerFacts> status =
        pod.observerStatuses().stream().filter(s -> s.name().equals(name)).findFirst();
    if (status.isPresent() || pod.observers().contains(name)) {
      return Look.at(read(pod, start, status));
    }
    return launch(errand, server);
  }

  private Observation read(PodFacts pod, String start, Optional<ContainerFacts> status) {
    Optional<Ended> ended = status.flatMap(ContainerFacts::ended);
    Optional<String> waits = status.flatMap(ContainerFacts::waiting).map(Waiting::reason);
    if (ended.isEmpty() && waits.isEmpty()) {
      return new Observation.Pending("the server is being observed");
    }
    if (ended.isEmpty()) {
      String waiting = waits.get();
      boolean failing = waiting.contains("Err") || waiting.contains("BackOff");
      return failing
          ? new Observation.Failed("the observer does not start: " + waiting)
          : new Observation.Pending("the observer is starting");
    }
    Observation result = parse(start, ended.get());
    cache.keep(pod.uid(), start, result);
    return result;
  }

  private Observation parse(String start, Ended ended) {
    return reports
        .server(ended.message(), start, Sysctl.values().length)
        .fold(
            report -> new Observation.Reported(report, ended.at()),
            problem ->
                new Observation.Failed(
                    "the observer's report is invalid: %s (exit code %d)"
                        .formatted(problem, ended.exitCode())),
            () -> new Observation.Failed("the kubelet truncated the observer's report"),
            () ->
                new Observation.Failed(
                    "the observer's report is about another start of the server"));
  }

  private Look launch(Errand errand, ContainerFacts server) {
    if (!server.ready()) {
      return Look.await("the server is not ready yet");
    }
    if (errand.pod().observers().size() >= MAX_PER_POD) {
      return Look.at(
          new Observation.Failed(
              "the pod had %d observers already, and Kubernetes never removes them"
                  .formatted(MAX_PER_POD)));
    }
    Duration up = Duration.between(server.runningSince().orElseThrow(), clock.instant());
    boolean restarted = server.restarts() > 0;
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
