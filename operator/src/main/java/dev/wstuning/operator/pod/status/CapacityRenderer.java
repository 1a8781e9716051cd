package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.capacity.Capacity;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.observation.ServedPorts;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How many connections pods can hold, in the words of the status. */
final class CapacityRenderer {

  private static final int MAX_EXAMPLES = 3;

  private final Expectation expectation;
  private final Map<String, Long> podsPerNode;

  /**
   * @param all the pods of the tuning, which share their nodes
   */
  CapacityRenderer(Expectation expectation, List<ObservedPod> all) {
    this.expectation = expectation;
    this.podsPerNode =
        all.stream()
            .filter(ObservedPod::judged)
            .flatMap(p -> p.facts().node().stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  private record Load(String pod, Capacity capacity, long connections) {

    boolean near() {
      return connections > 0 && capacity.isNear(connections);
    }
  }

  /** Of the pod of a group that can hold the fewest; null where none was looked at. */
  WebSocketTuningStatus.Capacity of(List<ObservedPod> group) {
    List<Load> loads = group.stream().flatMap(pod -> load(pod).stream()).toList();
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

  private Optional<Load> load(ObservedPod pod) {
    return pod.observation().reported().map(reported -> load(pod, reported.report()));
  }

  private Load load(ObservedPod pod, ServerReport report) {
    List<ServedPort> ports = new ArrayList<>(ServedPorts.of(pod, report));
    ports.removeIf(p -> !expectation.concerns(p.port()));
    return new Load(
        pod.facts().name(),
        capacity(pod, report, ports),
        ports.stream().mapToLong(p -> p.report().connections()).sum());
  }

  private Capacity capacity(ObservedPod pod, ServerReport report, List<ServedPort> ports) {
    return Capacity.of(
        new Capacity.Pod(
            report.nofile().soft(),
            memory(pod),
            expectation.memoryEach(),
            conntrack(pod),
            proxies(ports)));
  }

  private OptionalLong memory(ObservedPod pod) {
    return pod.facts().serverContainer(expectation.container()).stream()
        .flatMap(name -> Optional.ofNullable(pod.facts().memoryLimits().get(name)).stream())
        .mapToLong(Long::longValue)
        .findFirst();
  }

  private Optional<Capacity.Conntrack> conntrack(ObservedPod pod) {
    return pod.node()
        .filter(n -> n.conntrackMax().isPresent())
        .map(NodeAgentReport::name)
        .map(
            node ->
                new Capacity.Conntrack(
                    pod.node().orElseThrow().conntrackMax().getAsLong(),
                    podsPerNode.getOrDefault(node, 1L).intValue()));
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
