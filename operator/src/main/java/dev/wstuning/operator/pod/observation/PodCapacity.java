package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.capacity.Capacity;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How many connections a pod can hold, from what is known of it and of its node. */
final class PodCapacity {

  private PodCapacity() {}

  static Capacity of(
      Expectation expectation, ObservedPod pod, ServerReport report, List<ServedPort> ports) {
    return Capacity.of(
        new Capacity.Pod(
            openFiles(report),
            memory(expectation, pod),
            expectation.memoryEach(),
            conntrack(pod),
            proxies(ports)));
  }

  /** Of all processes that serve; if that is in doubt, of all that may. */
  private static Capacity.OpenFiles openFiles(ServerReport report) {
    int processes = report.doubt() == null ? report.processes() : report.doubt().candidates();
    boolean perhapsSelect = EventLoop.unclear(report);
    return report.softTotal() == null
        ? new Capacity.OpenFiles(report.nofile().soft(), 1, perhapsSelect)
        : new Capacity.OpenFiles(report.softTotal(), processes, perhapsSelect);
  }

  private static OptionalLong memory(Expectation expectation, ObservedPod pod) {
    return pod.facts().serverContainer(expectation.container()).stream()
        .flatMapToLong(name -> pod.facts().memoryLimit(name).stream())
        .findFirst();
  }

  private static Optional<Capacity.Conntrack> conntrack(ObservedPod pod) {
    return pod.node()
        .filter(n -> n.conntrackMax().isPresent())
        .map(n -> new Capacity.Conntrack(n.conntrackMax().getAsLong(), pod.podsOnNode()));
  }

  /** Not if clients of another port connect directly: their addresses are no bound. */
  private static Optional<Capacity.Proxies> proxies(List<ServedPort> ports) {
    int behind = 0;
    int addresses = 0;
    for (ServedPort port : ports) {
      ServedPort.Peers peers = port.peers().orElse(null);
      if (peers == ServedPort.Peers.Direct) {
        return Optional.empty();
      }
      if (peers == ServedPort.Peers.LikelyProxy) {
        behind++;
        addresses = Math.max(addresses, port.report().remotes());
      }
    }
    return behind == 0 ? Optional.empty() : Optional.of(new Capacity.Proxies(addresses, behind));
  }
}
