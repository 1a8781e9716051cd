package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Observes each start of a server container once: when it is ready, unless it keeps crashing, and
 * at most three times per pod, because ephemeral containers can never be removed.
 */
public final class Observer {

  static final int MAX_PER_POD = 3;
  private static final Duration STABLE = Duration.ofSeconds(5);

  private final Dispatch dispatch;
  private final Clock clock;

  /**
   * @param clock the time of the day, for times that kubelets report
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public Observer(ObserverLauncher launcher, Clock clock, LongSupplier nanoTime) {
    this.dispatch = new Dispatch(launcher, nanoTime);
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
    return pod.observer(start)
        .map(observer -> Look.at(observer.observation()))
        .orElseGet(
            () -> launch(new Errand(tuningUid, pod, container.get(), command, start), server));
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
    dispatch.retain(tuningUid, podUids);
  }
}
