package dev.wstuning.operator.verdict;

import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.tuning.Keepalive;
import dev.wstuning.operator.verdict.ServedPort.Peers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/** The rules on what accepted sockets show. */
final class SocketChecks {

  static final List<BiFunction<Desired, LookedAt, Optional<Finding>>> RULES =
      List.of(
          SocketChecks::keepaliveOff,
          SocketChecks::applicationOverrides,
          SocketChecks::userTimeoutOff,
          SocketChecks::deadPeersLate,
          SocketChecks::keepaliveNotSeen,
          SocketChecks::balancerCutsFirst,
          SocketChecks::behindProxy,
          SocketChecks::stricterThanRequested);

  private SocketChecks() {}

  /** The sysctls are set, but no socket uses them. */
  private static Optional<Finding> keepaliveOff(Desired desired, LookedAt pod) {
    return pod.seen()
        .filter(port -> desired.keepalive().isPresent() && port.off())
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    Reason.KeepaliveOff,
                    "keepalive does not run on connections to port %d, for nothing switches SO_KEEPALIVE on%s"
                        .formatted(port.port(), Remedies.because(pod)),
                    Remedies.forSockets(
                        desired,
                        pod,
                        "switch SO_KEEPALIVE on in the server, for example"
                            + " http.createServer({keepAlive: true}) in Node.js")));
  }

  /** The application chose to wait longer than asked, or so that nobody can tell how long. */
  private static Optional<Finding> applicationOverrides(Desired desired, LookedAt pod) {
    if (desired.withinSeconds().isPresent()) {
      return pod.seen()
          .filter(port -> !port.idleKnown())
          .findFirst()
          .map(
              port ->
                  Finding.bad(
                      Reason.ApplicationOverrides,
                      "the server sets keepalive itself for connections to port %d (first probe after %s s), and how long a dead peer lives cannot be told"
                          .formatted(port.port(), text(port.firstProbeSeconds())),
                      Remedies.forSockets(desired, pod, "leave keepalive to the operator there")));
    }
    return desired
        .keepalive()
        .flatMap(
            asked ->
                pod.timed()
                    .filter(port -> firstProbe(port) > asked.time() + ServedPorts.TOLERANCE_SECONDS)
                    .findFirst()
                    .map(
                        port ->
                            Finding.bad(
                                Reason.ApplicationOverrides,
                                "the server sets an idle time of %d s itself for connections to port %d, asked %d s"
                                    .formatted(firstProbe(port), port.port(), asked.time()),
                                Remedies.forSockets(
                                    desired, pod, "change TCP_KEEPIDLE in the server"))));
  }

  /** A limit for unacknowledged data was asked for, and nothing set it. */
  private static Optional<Finding> userTimeoutOff(Desired desired, LookedAt pod) {
    if (desired.userTimeoutSeconds().isEmpty() || desired.withinSeconds().isPresent()) {
      return Optional.empty();
    }
    int asked = desired.userTimeoutSeconds().getAsInt();
    return pod.ports().stream()
        .filter(port -> port.report().listening())
        .filter(port -> port.userTimeoutSeconds().orElse(Integer.MAX_VALUE) > asked)
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    Reason.UserTimeoutOff,
                    "TCP_USER_TIMEOUT of connections to port %d is %s, asked %d s%s"
                        .formatted(
                            port.port(),
                            port.userTimeoutSeconds().isEmpty()
                                ? "not set"
                                : port.userTimeoutSeconds().getAsInt() + " s",
                            asked,
                            Remedies.because(pod)),
                    Remedies.forSockets(desired, pod, "set TCP_USER_TIMEOUT in the server")));
  }

  /** The outcome that was asked for does not hold. */
  private static Optional<Finding> deadPeersLate(Desired desired, LookedAt pod) {
    if (desired.withinSeconds().isEmpty()) {
      return Optional.empty();
    }
    int asked = desired.withinSeconds().getAsInt();
    return pod.seen()
        .filter(port -> port.withinSeconds().orElse(Long.MAX_VALUE) > asked)
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    Reason.DeadPeersLate,
                    "a dead peer of port %d may live for %s, asked %d s%s"
                        .formatted(
                            port.port(),
                            port.withinSeconds().isEmpty()
                                ? "ever"
                                : port.withinSeconds().getAsLong() + " s",
                            asked,
                            Remedies.because(pod)),
                    Remedies.forSockets(desired, pod, "set TCP_USER_TIMEOUT in the server")));
  }

  /** Keepalive was asked for, and no connection showed it; of ports that are named, each must. */
  private static Optional<Finding> keepaliveNotSeen(Desired desired, LookedAt pod) {
    List<Integer> seen = pod.timed().map(ServedPort::port).toList();
    boolean enough = !seen.isEmpty() && seen.containsAll(desired.ports());
    if (desired.keepalive().isEmpty() || enough) {
      return Optional.empty();
    }
    // Every key is read, so kernels that lack one leave an error that has nothing to do with this.
    String problem =
        pod.report().errors().stream()
            .filter(e -> !e.startsWith("read "))
            .findFirst()
            .map(e -> ": " + e)
            .orElse("");
    return Optional.of(
        Finding.bad(
            Reason.KeepaliveNotSeen,
            (desired.ports().isEmpty()
                    ? "no connection to the server showed its keepalive time"
                    : "connections to the ports %s did not all show their keepalive time"
                        .formatted(desired.ports()))
                + problem,
            (desired.probe()
                    ? "see that the server listens, then "
                    : "set spec.observation.probe to Allowed, or once clients are connected ")
                + "kubectl annotate wst --all --overwrite "
                + Markers.OBSERVE
                + "=$(date +%s)"));
  }

  /** The first probe comes too late to keep a load balancer from cutting idle connections. */
  private static Optional<Finding> balancerCutsFirst(Desired desired, LookedAt pod) {
    if (desired.balancerIdleSeconds().isEmpty()) {
      return Optional.empty();
    }
    int idle = desired.balancerIdleSeconds().getAsInt();
    return pod.seen()
        .filter(port -> port.off() || port.firstProbeSeconds().orElse(0) >= idle)
        .findFirst()
        .map(
            port ->
                new Finding(
                    Truth.TRUE,
                    Reason.BalancerCutsFirst,
                    "the load balancer cuts connections that are idle for %d s, the first probe on port %d comes %s"
                        .formatted(
                            idle,
                            port.port(),
                            port.off()
                                ? "never"
                                : "after %s s".formatted(text(port.firstProbeSeconds()))),
                    "set spec.keepalive.timeSeconds below %d, or let the server ping its clients sooner"
                        .formatted(idle)));
  }

  /** What is found dead soon are the proxies, not the clients behind them. */
  private static Optional<Finding> behindProxy(Desired desired, LookedAt pod) {
    return desired.wanted().sockets().isEmpty()
        ? Optional.empty()
        : pod.ports().stream()
            .filter(port -> port.peers().equals(Optional.of(Peers.LikelyProxy)))
            .findFirst()
            .map(
                port ->
                    new Finding(
                        Truth.TRUE,
                        Reason.BehindProxy,
                        "the server has what was asked for, but %d connections to port %d come from %d addresses, which are likely proxies: these are found dead, the clients behind them are not"
                            .formatted(port.lookedAt(), port.port(), port.report().remotes()),
                        "set the proxy's own keepalive or timeouts towards clients; where the addresses are only translated (SNAT), all is well"));
  }

  /** The application probes sooner by itself. */
  private static Optional<Finding> stricterThanRequested(Desired desired, LookedAt pod) {
    Optional<Keepalive> keepalive = desired.keepalive();
    return keepalive.flatMap(
        asked ->
            pod.timed()
                .filter(port -> firstProbe(port) < asked.time() - ServedPorts.TOLERANCE_SECONDS)
                .findFirst()
                .map(
                    port ->
                        Finding.good(
                            Reason.StricterThanRequested,
                            "the server sends its first probe after %d s by itself, asked %d s%s"
                                .formatted(
                                    firstProbe(port),
                                    asked.time(),
                                    port.idleKnown()
                                        ? ""
                                        : "; its interval and number of probes cannot be read"))));
  }

  private static int firstProbe(ServedPort port) {
    return port.firstProbeSeconds().orElseThrow();
  }

  private static String text(OptionalInt seconds) {
    return seconds.isEmpty() ? "?" : String.valueOf(seconds.getAsInt());
  }
}
