package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.capacity.Capacity;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pod whose server was looked at.
 *
 * @param served all ports of its report
 * @param ports those that matter
 * @param deadPeer how long a dead peer may live on these; empty if none of them listens
 * @param capacity how many connections it can hold
 */
public record Inspection(
    ObservedPod pod,
    ServerReport report,
    List<ServedPort> served,
    List<ServedPort> ports,
    Optional<DeadPeerLife> deadPeer,
    Capacity capacity) {

  public static Inspection of(Expectation expectation, ObservedPod pod, ServerReport report) {
    List<ServedPort> served = ServedPorts.of(pod, report);
    List<ServedPort> ports =
        expectation.ports().isEmpty()
            ? served
            : served.stream().filter(p -> expectation.concerns(p.port())).toList();
    return new Inspection(
        pod,
        report,
        served,
        ports,
        DeadPeerLife.longest(ports.stream().filter(p -> p.report().listening()).toList()),
        PodCapacity.of(expectation, pod, report, ports));
  }

  /** The same, with one object for what other pods have, too. */
  public Inspection sharing(Sharing sharing) {
    List<ServedPort> all =
        served.stream().map(p -> p.sharing(sharing)).collect(Collectors.toUnmodifiableList());
    return new Inspection(
        pod,
        report,
        all,
        ports.size() == served.size() ? all : all.stream().filter(ports::contains).toList(),
        sharing.one(deadPeer),
        sharing.one(capacity));
  }

  /** The same with the present counts. */
  public Inspection counted(ObservedPod now) {
    Optional<MeasuredSockets> sockets = now.reported().flatMap(PodReport::sockets);
    List<ServedPort> all = served.stream().map(p -> p.counted(sockets)).toList();
    return new Inspection(
        now,
        report,
        all,
        ports.size() == served.size() ? all : ports.stream().map(p -> p.counted(sockets)).toList(),
        deadPeer,
        capacity);
  }

  /** The same as if no other port mattered. */
  public Inspection only(ServedPort port) {
    return new Inspection(pod, report, served, List.of(port), deadPeer, capacity);
  }

  /** Ports whose keepalive was looked at, whether it runs or not. */
  public Stream<ServedPort> seen() {
    return ports.stream().filter(p -> p.keepaliveSource().isPresent());
  }

  /** Those that also showed when the first probe is sent; the kernel does not always show it. */
  public Stream<ServedPort> timed() {
    return ports.stream().filter(p -> p.firstProbeSeconds().isPresent());
  }

  /** What the agent of the pod's node reports, if it grants limits now. */
  public Optional<NodeAgentReport> servingAgent() {
    return pod.node().filter(NodeAgentReport::serving);
  }

  /** Whether some connections are never given up while they are idle. */
  public boolean keepsDeadPeers() {
    return ports.stream().anyMatch(ServedPort::off);
  }

  /**
   * Connections to the ports that matter: now, if the agent of the node counts them, else when they
   * were observed.
   */
  public long connections() {
    return ports.size() == served.size() && pod.counts().isPresent()
        ? pod.counts().get().open()
        : ports.stream().mapToLong(ServedPort::connections).sum();
  }
}
