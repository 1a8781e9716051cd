package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.capacity.Capacity;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many connections pods can hold, in the words of the status. */
final class CapacityRenderer {

  private static final int MAX_EXAMPLES = 3;

  private final Map<String, Long> podsPerNode;

  /**
   * @param judged the pods of the tuning, which share their nodes
   */
  CapacityRenderer(List<JudgedPod> judged) {
    this.podsPerNode =
        judged.stream()
            .flatMap(p -> p.facts().node().stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  private record Load(String pod, Capacity capacity, long connections) {

    boolean near() {
      return connections > 0 && capacity.isNear(connections);
    }
  }

  /** Of the pod of a group that can hold the fewest; null where none was looked at. */
  WebSocketTuningStatus.Capacity of(List<JudgedPod> group) {
    List<Load> loads =
        group.stream().flatMap(p -> p.inspection().map(i -> load(p, i)).stream()).toList();
    return loads.stream()
        .map(Load::capacity)
        .min(Comparator.comparingLong(Capacity::connections))
        .map(
            lowest ->
                new WebSocketTuningStatus.Capacity(
                    lowest.connections(),
                    lowest.bindsFirst().name(),
                    lowest.bounds().stream().map(Capacity.Bound::toString).toList(),
                    loads.stream().filter(Load::near).map(Load::pod).limit(MAX_EXAMPLES).toList()))
        .orElse(null);
  }

  private Load load(JudgedPod pod, Inspection inspection) {
    return new Load(
        pod.name(),
        Capacity.of(
            new Capacity.Pod(
                inspection.report().nofile().soft(),
                memory(pod),
                pod.expectation().memoryEach(),
                conntrack(pod),
                proxies(inspection.ports()))),
        inspection.ports().stream().mapToLong(p -> p.report().connections()).sum());
  }

  private static OptionalLong memory(JudgedPod pod) {
    return pod.facts().serverContainer(pod.expectation().container()).stream()
        .flatMap(name -> Stream.ofNullable(pod.facts().memoryLimits().get(name)))
        .mapToLong(Long::longValue)
        .findFirst();
  }

  private Optional<Capacity.Conntrack> conntrack(JudgedPod pod) {
    return pod.pod()
        .node()
        .filter(n -> n.conntrackMax().isPresent())
        .map(
            n ->
                new Capacity.Conntrack(
                    n.conntrackMax().getAsLong(),
                    podsPerNode.getOrDefault(n.name(), 1L).intValue()));
  }

  /** Not where clients of another port connect directly: their addresses are no bound. */
  private static Optional<Capacity.Proxies> proxies(List<ServedPort> ports) {
    List<ServedPort> behind = with(ports, ServedPort.Peers.LikelyProxy);
    if (!with(ports, ServedPort.Peers.Direct).isEmpty()) {
      return Optional.empty();
    }
    return behind.stream()
        .map(p -> p.report().remotes())
        .max(Comparator.naturalOrder())
        .map(addresses -> new Capacity.Proxies(addresses, behind.size()));
  }

  private static List<ServedPort> with(List<ServedPort> ports, ServedPort.Peers peers) {
    return ports.stream().filter(p -> p.peers().equals(Optional.of(peers))).toList();
  }
}
