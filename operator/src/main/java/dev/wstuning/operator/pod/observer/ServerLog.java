package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.AnyCableBootLine;
import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.LoggedLimit;
import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Reads from the beginning of a server's log which limit it reported when it booted: once a start.
 * If a log cannot be read, that is tried again less and less often, because the right may be
 * granted later.
 */
public final class ServerLog implements Errands.Doer {

  private final KubernetesClient client;

  /** The right to read logs is one for all pods of a namespace, and so of a tuning. */
  private final ObserverRefusals refusals;

  private final Errands errands;
  private final Consumer<PodFacts> wake;

  /** By the uid of the pod. */
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private final DepartedPods pods = new DepartedPods();

  public ServerLog(KubernetesClient client, Turns turns) {
    this.client = client;
    this.refusals =
        new ObserverRefusals(
            Duration.ofMinutes(1), Duration.ofHours(1), pod -> "all", turns.nanoTime());
    this.errands = new Errands(turns, this);
    this.wake = turns.wake();
  }

  private record Entry(String containerId, LoggedLimit logged) {}

  /** Begins to read logs. */
  public void start() {
    errands.start("logs");
  }

  /** Ends that. */
  public void close() {
    errands.close();
  }

  Errands errands() {
    return errands;
  }

  /**
   * What the present start of a container logged; empty if it does not run. If that is not known,
   * the log is read when it is the tuning's turn.
   *
   * @param tuningUid the tuning whose pod it is
   * @param question what observers are sent for; after a change, a log that could not be read is
   *     tried again at once
   */
  public Optional<LoggedLimit> of(
      String tuningUid, PodFacts pod, String container, Question question) {
    String containerId = idOf(pod, container);
    if (containerId.isEmpty()) {
      return Optional.empty();
    }
    Entry known = entries.get(pod.uid());
    if (known != null && known.containerId().equals(containerId)) {
      errands.drop(tuningUid, pod.uid());
      return Optional.of(known.logged());
    }
    Errand errand =
        new Errand(
            tuningUid,
            pod,
            container,
            question.command(),
            Duration.ZERO,
            new ObserverName(Markers.number(containerId), question.number(), ObserverName.FIRST));
    errands.want(errand, true, Duration.ZERO);
    return refusals.pending(errand).map(pending -> LoggedLimit.unreadable(pending.why()));
  }

  private static String idOf(PodFacts pod, String container) {
    return pod.status(container).flatMap(ContainerFacts::id).orElse("");
  }

  @Override
  public Optional<Duration> pause(Errand errand) {
    return refusals.pending(errand).map(RefusedPods.Pending::remaining);
  }

  @Override
  public Optional<Duration> run(Errand errand) {
    PodFacts pod = errand.pod();
    Optional<Duration> again = Optional.empty();
    try {
      // The client's own way to a log first waits until the pod is ready.
      String log =
          client.raw(
              "/api/v1/namespaces/%s/pods/%s/log?container=%s&limitBytes=%d"
                  .formatted(
                      pod.namespace(), pod.name(), errand.container(), AnyCableBootLine.MAX_BYTES));
      LoggedLimit logged = LoggedLimit.in(log == null ? "" : log);
      entries.put(pod.uid(), new Entry(idOf(pod, errand.container()), logged));
      refusals.succeeded(errand);
    } catch (KubernetesClientException e) {
      String problem = problem(pod, e);
      again = Optional.of(refusals.refused(errand, problem, problem));
    }
    wake.accept(pod);
    return again;
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
    errands.retain(tuningUid, podUids);
    refusals.retain(tuningUid, podUids);
  }
}
