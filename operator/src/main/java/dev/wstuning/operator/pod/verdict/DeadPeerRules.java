package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.observation.ServedPort.Peers;
import java.util.Optional;

/** The rules on how long dead peers live, and on who these peers are. */
final class DeadPeerRules {

  /** A server may do it, but the status cannot see that. */
  private static final String UNSEEN =
      "set TCP_USER_TIMEOUT in the server, which cannot be seen from here";

  private DeadPeerRules() {}

  /** A limit for unacknowledged data is wanted, and the operator could not set it. */
  static Optional<Finding> userTimeoutOff(Expectation expectation, Inspection pod) {
    if (expectation.userTimeoutSeconds().isEmpty() || expectation.withinSeconds().isPresent()) {
      return Optional.empty();
    }
    int asked = expectation.userTimeoutSeconds().getAsInt();
    return pod.ports().stream()
        .filter(port -> port.report().listening())
        .filter(port -> port.userTimeoutSeconds().orElse(Integer.MAX_VALUE) > asked)
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    TuningReason.UserTimeoutOff,
                    "TCP_USER_TIMEOUT of connections to port %d %s, asked %d s%s"
                        .formatted(
                            port.port(),
                            port.userTimeoutSeconds().isEmpty()
                                ? "is not set by the operator"
                                : "is %d s".formatted(port.userTimeoutSeconds().getAsInt()),
                            asked,
                            SocketRemedies.because(pod)),
                    SocketRemedies.forSockets(expectation, pod, port, UNSEEN)));
  }

  /** The outcome that is wanted does not hold. */
  static Optional<Finding> deadPeersLate(Expectation expectation, Inspection pod) {
    if (expectation.withinSeconds().isEmpty()) {
      return Optional.empty();
    }
    int asked = expectation.withinSeconds().getAsInt();
    return pod.seen()
        .filter(port -> port.withinSeconds().orElse(Long.MAX_VALUE) > asked)
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    TuningReason.DeadPeersLate,
                    "a dead peer of port %d may live for %s, asked %d s%s"
                        .formatted(
                            port.port(),
                            port.withinSeconds().isEmpty()
                                ? "ever"
                                : port.withinSeconds().getAsLong() + " s",
                            asked,
                            SocketRemedies.because(pod)),
                    SocketRemedies.forSockets(expectation, pod, port, UNSEEN)));
  }

  /** The first probe may come too late to keep a load balancer from cutting idle connections. */
  static Optional<Finding> balancerCutsFirst(Expectation expectation, Inspection pod) {
    if (expectation.balancerIdleSeconds().isEmpty()) {
      return Optional.empty();
    }
    int idle = expectation.balancerIdleSeconds().getAsInt();
    return pod.seen()
        .filter(port -> port.off() || latest(port) >= idle)
        .findFirst()
        .map(
            port ->
                Finding.good(
                    TuningReason.BalancerCutsFirst,
                    "the load balancer cuts connections that are idle for %d s, the first probe on port %d comes %s"
                        .formatted(
                            idle,
                            port.port(),
                            port.off()
                                ? "never"
                                : "after %d s, at most %d"
                                    .formatted(
                                        port.firstProbeSeconds().orElseThrow(), latest(port))),
                    "%s, or let the server ping its clients sooner"
                        .formatted(
                            expectation.withinSeconds().isPresent()
                                ? "set spec.deadPeers.withinSeconds to less"
                                : "set spec.keepalive.timeSeconds below %d"
                                    .formatted(8 * idle / 9))));
  }

  /** The kernel may be an eighth late. */
  private static long latest(ServedPort port) {
    return (9L * port.firstProbeSeconds().orElse(0) + 7) / 8;
  }

  /** What is found dead soon are the proxies, not the clients behind them. */
  static Optional<Finding> behindProxy(Expectation expectation, Inspection pod) {
    return expectation.targets().sockets().isEmpty()
        ? Optional.empty()
        : pod.ports().stream()
            .filter(port -> port.peers().equals(Optional.of(Peers.LikelyProxy)))
            .findFirst()
            .map(
                port ->
                    Finding.good(
                        TuningReason.BehindProxy,
                        "the server has what was asked for, but %d connections to port %d come from %d addresses, which are likely proxies: these are found dead, the clients behind them are not"
                            .formatted(port.inspection(), port.port(), port.report().remotes()),
                        "set the proxy's own keepalive or timeouts towards clients; where the addresses are only translated (SNAT), all is well"));
  }
}
