package dev.wstuning.operator.observer;

import dev.wstuning.operator.pace.Pace;
import dev.wstuning.operator.report.BootLine;
import dev.wstuning.operator.selection.PodFacts;
import dev.wstuning.operator.verdict.ServerSays;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads what a server told of its limit when it booted from the beginning of its log: once a start.
 * What could not be read is tried again after a while, for the right may be granted later.
 */
public final class ServerLog {

  /** After which a log that could not be read is tried again. */
  public static final Duration PATIENCE = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final Pace pace;
  private final Clock clock;

  /** By the uid of the pod. */
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private final PodsOfTunings pods = new PodsOfTunings();

  public ServerLog(KubernetesClient client, Pace pace, Clock clock) {
    this.client = client;
    this.pace = pace;
    this.clock = clock;
  }

  private record Entry(String containerId, ServerSays says, Instant at) {}

  /**
   * What the present start of a container said; empty if it does not run, or has to wait.
   *
   * @param tuningUid the tuning whose pod it is; each gets its share of readings
   */
  public Optional<ServerSays> of(String tuningUid, PodFacts pod, String container) {
    String containerId = pod.status(container).map(ContainerStatus::getContainerID).orElse(null);
    if (containerId == null) {
      return Optional.empty();
    }
    Entry known = entries.get(pod.uid());
    boolean current =
        known != null
            && known.containerId().equals(containerId)
            && (known.says().problem().isEmpty()
                || known.at().plus(PATIENCE).isAfter(clock.instant()));
    if (!current && !pace.take(tuningUid)) {
      return Optional.empty();
    }
    if (!current) {
      known = new Entry(containerId, read(pod, container), clock.instant());
      entries.put(pod.uid(), known);
    }
    return Optional.of(known.says());
  }

  private ServerSays read(PodFacts pod, String container) {
    try {
      // The client's own way to a log first waits until the pod is ready.
      String log =
          client.raw(
              "/api/v1/namespaces/%s/pods/%s/log?container=%s&limitBytes=%d"
                  .formatted(pod.namespace(), pod.name(), container, BootLine.MAX_BYTES));
      return new ServerSays(
          Optional.ofNullable(log).flatMap(BootLine::in).map(BootLine::says), Optional.empty());
    } catch (KubernetesClientException e) {
      return new ServerSays(Optional.empty(), Optional.of(problem(pod, e)));
    }
  }

  private static String problem(PodFacts pod, KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        ? ("the operator may not read logs here. Next: kubectl -n %s create rolebinding wstuning-log-reader"
                + " --clusterrole=wstuning-log-reader --serviceaccount=wstuning-system:wstuning-operator")
            .formatted(pod.namespace())
        : "the API server does not hand out the log (code %d)".formatted(e.getCode());
  }

  /** Forgets all pods of a tuning but these. */
  public void retain(String tuningUid, Collection<String> podUids) {
    pods.gone(tuningUid, podUids).forEach(entries::remove);
  }
}
