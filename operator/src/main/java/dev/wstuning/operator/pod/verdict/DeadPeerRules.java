package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.observation.ServedPort.Peers;
import dev.wstuning.operator.sysctl.Setting;
import java.util.Optional;

/** The rules about how long dead peers live, and about what these peers are. */
final class DeadPeerRules {

  private static final String IN_THE_SERVER = "set TCP_USER_TIMEOUT in the server";

  private DeadPeerRules() {}

  /** A server may do it, but from outside the status cannot see that. */
  private static String inTheServer(ServedPort port) {
    return port.measured().isPresent()
        ? IN_THE_SERVER
        : IN_THE_SERVER + " (the status cannot show that)";
  }

  /** The wanted limit for unacknowledged data is not set. */
  static Optional<Finding> userTimeoutOff(Expectation expectation, Inspection pod) {
    if (expectation.userTimeoutSeconds().isEmpty() || expectation.withinSeconds().isPresent()) {
      return Optional.empty();
    }
    int wanted = expectation.userTimeoutSeconds().getAsInt();
    return pod.ports().stream()
        .filter(port -> port.report().listening())
        .filter(port -> port.userTimeoutSeconds().orElse(Integer.MAX_VALUE) > wanted)
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    TuningReason.UserTimeoutOff,
                    "TCP_USER_TIMEOUT of connections to port %d %s, want %d s%s"
                        .formatted(
                            port.port(),
                            port.userTimeoutSeconds().isEmpty()
                                ? port.measured().isPresent()
                                    ? "is not set"
                                    : "is not set by the operator"
                                : "is %d s".formatted(port.userTimeoutSeconds().getAsInt()),
                            wanted,
                            SocketRemedies.because(pod)),
                    SocketRemedies.forSockets(expectation, pod, port, inTheServer(port))));
  }

  /** Dead peers may live longer than wanted. */
  static Optional<Finding> deadPeersLate(Expectation expectation, Inspection pod) {
    if (expectation.withinSeconds().isEmpty()) {
      return Optional.empty();
    }
    int wanted = expectation.withinSeconds().getAsInt();
    Optional<Setting> own = SysctlRules.replacedByPod(expectation, pod);
    return pod.seen()
        .filter(port -> port.withinSeconds().orElse(Long.MAX_VALUE) > wanted)
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    TuningReason.DeadPeersLate,
                    "a dead peer on port %d may live %s, want at most %d s%s"
                        .formatted(
                            port.port(),
                            port.withinSeconds().isEmpty()
                                ? "forever"
                                : "for %d s".formatted(port.withinSeconds().getAsLong()),
                            wanted,
                            SocketRemedies.because(pod) + ownSysctl(own)),
                    own.<Remedy>map(s -> new Remedy.Advice(SysctlRules.removal(pod, s)))
                        .orElseGet(
                            () ->
                                SocketRemedies.forSockets(
                                    expectation, pod, port, inTheServer(port)))));
  }

  private static String ownSysctl(Optional<Setting> own) {
    return own.map(
            s ->
                "; the pod itself sets %s, in securityContext.sysctls, want %s"
                    .formatted(s.sysctl().key(), s.value()))
        .orElse("");
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
                    "the load balancer cuts connections that are idle for %d s, but the first probe on port %d comes %s"
                        .formatted(
                            idle,
                            port.port(),
                            port.off()
                                ? "never"
                                : "after %d to %d s"
                                    .formatted(
                                        port.firstProbeSeconds().orElseThrow(), latest(port))),
                    "%s, or let the server ping its clients sooner"
                        .formatted(
                            expectation.withinSeconds().isPresent()
                                ? "lower spec.deadPeers.withinSeconds"
                                : "set spec.keepalive.timeSeconds below %d"
                                    .formatted(8 * idle / 9))));
  }

  /** The kernel may be an eighth late. */
  private static long latest(ServedPort port) {
    return (9L * port.firstProbeSeconds().orElse(0) + 7) / 8;
  }

  /** The programs act on every socket that is accepted in the pod, the library in one container. */
  private static String inTheProxy(ServedPort port) {
    String there = "set keepalive or timeouts towards clients in the proxy";
    if (port.ours().isPresent() && !port.report().preloaded()) {
      return there + ", unless it runs in this pod, because the socket programs act on it, too";
    }
    return port.report().preloaded()
        ? there + ", also if it runs in this pod, because the preload library does not act on it"
        : there;
  }

  /** The server detects dead proxies, but not dead clients behind them. */
  static Optional<Finding> behindProxy(Expectation expectation, Inspection pod) {
    if (expectation.targets().sockets().isEmpty()) {
      return Optional.empty();
    }
    for (ServedPort port : pod.ports()) {
      if (port.peers().orElse(null) == Peers.LikelyProxy) {
        return Optional.of(
            Finding.good(
                TuningReason.BehindProxy,
                "%d connections to port %d come from %d addresses, which are likely proxies: the server detects dead proxies, but not dead clients behind them"
                    .formatted(port.inspection(), port.port(), port.report().remotes()),
                inTheProxy(port) + "; ignore this if the addresses are only translated (SNAT)"));
      }
    }
    return Optional.empty();
  }
}
