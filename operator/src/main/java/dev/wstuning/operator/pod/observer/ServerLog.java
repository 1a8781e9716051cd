package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pace.RateLimit;
import dev.wstuning.operator.pod.observation.AnyCableBootLine;
import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.LoggedLimit;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Reads from the beginning of a server's log which limit it reported when it booted: once a start.
 * If a log cannot be read, that is tried again less and less often, because the right may be
 * granted later.
 */
public final class ServerLog {

  private static final Duration SOON = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final RateLimit rateLimit;

  /** The right to read logs is one for all pods of a namespace, and so of a tuning. */
  private final ObserverRefusals refusals;

  /** By the uid of the pod. */
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private final DepartedPods pods = new DepartedPods();

  public ServerLog(KubernetesClient client, RateLimit rateLimit, LongSupplier nanoTime) {
    this.client = client;
    this.rateLimit = rateLimit;
    this.refusals =
        new ObserverRefusals(Duration.ofMinutes(1), Duration.ofHours(1), pod -> "all", nanoTime);
  }

  private record Entry(String containerId, LoggedLimit logged) {}

  /**
   * What is known about a log.
   *
   * @param logged what the server logged; empty if it does not run, or if the log has to wait
   * @param again when to look again although nothing happened; empty if events are enough
   */
  public record Reading(Optional<LoggedLimit> logged, Optional<Duration> again) {
    static Reading of(LoggedLimit logged) {
      return new Reading(Optional.of(logged), Optional.empty());
    }

    static Reading failed(String problem, Duration again) {
      return new Reading(Optional.of(LoggedLimit.unreadable(problem)), Optional.of(again));
    }
  }

  /**
   * What the present start of a container logged.
   *
   * @param tuningUid the tuning whose pod it is; each gets its share of readings
   * @param command the command of the observers; after a change, a log that could not be read is
   *     tried again at once
   */
  public Reading of(String tuningUid, PodFacts pod, String container, ObserveCommand command) {
    String containerId = pod.status(container).flatMap(ContainerFacts::id).orElse(null);
    if (containerId == null) {
      return new Reading(Optional.empty(), Optional.empty());
    }
    Entry known = entries.get(pod.uid());
    if (known != null && known.containerId().equals(containerId)) {
      return Reading.of(known.logged());
    }
    Errand errand = new Errand(tuningUid, pod, container, command, containerId);
    Optional<RefusedPods.Pending> pending = refusals.pending(errand);
    if (pending.isPresent()) {
      return Reading.failed(pending.get().why(), pending.get().remaining());
    }
    return rateLimit.take(tuningUid)
        ? read(errand)
        : new Reading(Optional.empty(), Optional.of(SOON));
  }

  private Reading read(Errand errand) {
    PodFacts pod = errand.pod();
    try {
      // The client's own way to a log first waits until the pod is ready.
      String log =
          client.raw(
              "/api/v1/namespaces/%s/pods/%s/log?container=%s&limitBytes=%d"
                  .formatted(
                      pod.namespace(), pod.name(), errand.container(), AnyCableBootLine.MAX_BYTES));
      LoggedLimit logged = LoggedLimit.in(log == null ? "" : log);
      entries.put(pod.uid(), new Entry(errand.start(), logged));
      refusals.succeeded(errand);
      return Reading.of(logged);
    } catch (KubernetesClientException e) {
      String problem = problem(pod, e);
      return Reading.failed(problem, refusals.refused(errand, problem, problem));
    }
  }

  private static String problem(PodFacts pod, KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        ? ("the operator may not read logs here. Next: kubectl -n %s create rolebinding wstuning-log-reader"
                + " --clusterrole=wstuning-log-reader --serviceaccount=wstuning-system:wstuning-operator")
            .formatted(pod.namespace())
        : "the API server did not return the log (code %d)".formatted(e.getCode());
  }

  /** Forgets all pods of a tuning but these. */
  public void retain(String tuningUid, Collection<String> podUids) {
    pods.gone(tuningUid, podUids).forEach(entries::remove);
    refusals.retain(tuningUid, podUids);
  }
}
