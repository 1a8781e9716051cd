package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Which pods count more restarts than are explained. Pods that are gone by now stay known. */
final class RestartCounts {

  private final Function<Pod, String> previousLog;
  private final Map<String, Integer> explained = new HashMap<>();
  private final Map<String, Seen> seen = new HashMap<>();

  /** The most that a pod ever counted, and what was to be read of it at that time. */
  private record Seen(int count, String text) {}

  /**
   * @param previousLog the log of a pod's container before its last restart
   */
  RestartCounts(Function<Pod, String> previousLog) {
    this.previousLog = previousLog;
  }

  /** What this pod counts now needs no explanation. */
  synchronized void begin(Pod pod) {
    explained.put(uid(pod), count(pod));
  }

  /** One more restart of this pod is explained, whether it was seen already or is to come. */
  synchronized void explainOne(Pod pod) {
    explained.merge(uid(pod), 1, Integer::sum);
  }

  synchronized void look(Pod pod) {
    int count = count(pod);
    int known = seen.containsKey(uid(pod)) ? seen.get(uid(pod)).count() : 0;
    if (count > Math.max(known, explained(uid(pod)))) {
      seen.put(uid(pod), new Seen(count, describe(pod)));
    }
  }

  /** The restarts that are not explained, each reported once. */
  synchronized Restarts takeUnexplained() {
    int count = 0;
    List<String> pods = new ArrayList<>();
    for (Map.Entry<String, Seen> entry : seen.entrySet()) {
      Seen pod = entry.getValue();
      int unexplained = pod.count() - explained(entry.getKey());
      if (unexplained > 0) {
        count += unexplained;
        pods.add(
            "%d of %d restarts are not explained: %s"
                .formatted(unexplained, pod.count(), pod.text()));
        explained.put(entry.getKey(), pod.count());
      }
    }
    seen.clear();
    return new Restarts(count, pods);
  }

  private int explained(String uid) {
    return explained.getOrDefault(uid, 0);
  }

  private String describe(Pod pod) {
    StringBuilder text = new StringBuilder("pod " + pod.getMetadata().getName());
    statuses(pod)
        .filter(s -> s.getRestartCount() > 0)
        .forEach(
            s ->
                text.append(
                    ", container %s: %d, %s"
                        .formatted(s.getName(), s.getRestartCount(), lastState(s))));
    return text + "; the end of its log before:\n" + previousLog.apply(pod).indent(4);
  }

  private static String lastState(ContainerStatus status) {
    ContainerStateTerminated last =
        status.getLastState() == null ? null : status.getLastState().getTerminated();
    return last == null
        ? "last state unknown"
        : "last state %s, exit code %d, at %s, message: %s"
            .formatted(
                last.getReason(), last.getExitCode(), last.getFinishedAt(), last.getMessage());
  }

  private static int count(Pod pod) {
    return statuses(pod).mapToInt(ContainerStatus::getRestartCount).sum();
  }

  private static Stream<ContainerStatus> statuses(Pod pod) {
    return Stream.concat(
        pod.getStatus().getInitContainerStatuses().stream(),
        pod.getStatus().getContainerStatuses().stream());
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }
}
