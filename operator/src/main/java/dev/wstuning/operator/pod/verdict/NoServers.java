package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds pods that listen on no port while pods of other workloads do. A chart often gives all of
 * its parts the same labels, so a selector includes workers as well as the server.
 */
final class NoServers {

  /** What is found on a pod that does not listen, beyond that it was not seen to. */
  private static final Set<TuningReason> WHAT_IT_LOOKS_LIKE =
      Set.of(TuningReason.KeepaliveNotSeen, TuningReason.PortNotListening);

  private static final int MOST_WORKLOADS = 3;

  private NoServers() {}

  /** The same pods, with another finding on those that are likely no servers. */
  static List<JudgedPod> among(List<JudgedPod> pods) {
    if (pods.stream().noneMatch(NoServers::silent)) {
      return pods;
    }
    Set<String> serving =
        pods.stream()
            .filter(JudgedPod::judged)
            .filter(NoServers::listens)
            .map(NoServers::owner)
            .collect(Collectors.toSet());
    return serving.isEmpty()
        ? pods
        : pods.stream()
            .map(p -> silent(p) && !serving.contains(owner(p)) ? noServer(p, serving) : p)
            .toList();
  }

  /** One that is not ready may only be slow. */
  private static boolean silent(JudgedPod pod) {
    return pod.judged()
        && !listens(pod)
        && pod.facts().isServerReady(pod.expectation().container())
        && lastReport(pod).filter(NoServers::isOfNoServer).isPresent();
  }

  /** The report that shows no port, if that is what was found. */
  private static Optional<ServerReport> lastReport(JudgedPod pod) {
    if (pod.pod().observation() instanceof Observation.NotListening seen) {
      return Optional.of(seen.silent().report());
    }
    return pod.finding().reason() instanceof TuningReason reason
            && WHAT_IT_LOOKS_LIKE.contains(reason)
        ? pod.inspection().map(Inspection::report)
        : Optional.empty();
  }

  /** Neither the server nor another container of its pod was seen to listen, for certain. */
  private static boolean isOfNoServer(ServerReport report) {
    return report.silent()
        && !report.hasUnclearErrors()
        && report.ports().stream().noneMatch(ServerReport.Port::anothers);
  }

  private static boolean listens(JudgedPod pod) {
    return pod.inspection().filter(i -> i.report().listens()).isPresent();
  }

  private static JudgedPod noServer(JudgedPod pod, Set<String> serving) {
    return pod.found(
        Finding.bad(
            TuningReason.NoServer,
            "%s%s listens on no port, while pods of %s do, so it is likely no WebSocket server"
                .formatted(
                    container(pod),
                    owner(pod),
                    serving.stream()
                        .sorted()
                        .limit(MOST_WORKLOADS)
                        .collect(Collectors.joining(", "))),
            "narrow spec.selector so that it leaves out " + owner(pod) + instead(pod)));
  }

  /** Of several containers one was looked at. */
  private static String container(JudgedPod pod) {
    return several(pod)
        ? pod.facts()
            .serverContainer(pod.expectation().container())
            .map("container %s of "::formatted)
            .orElse("")
        : "";
  }

  private static boolean several(JudgedPod pod) {
    return pod.facts().containers().size() > 1;
  }

  /** What else may be the case. */
  private static String instead(JudgedPod pod) {
    return (several(pod) ? ", or set spec.container to the one that serves" : "")
        + (pod.pod().observation() instanceof Observation.NotListening
            ? "; if it is only slow, wait: it is observed again within an hour"
            : "");
  }

  private static String owner(JudgedPod pod) {
    return pod.facts().workload().map(Workload::toString).orElse("pod/" + pod.name());
  }
}
