package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.KeepaliveSource;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.observation.ServedPorts;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The rules about the keepalive that accepted sockets show. */
final class KeepaliveRules {

  private KeepaliveRules() {}

  /** No socket uses the values. */
  static Optional<Finding> keepaliveOff(Expectation expectation, Inspection pod) {
    return pod.seen()
        .filter(port -> expectation.keepalive().isPresent() && port.off())
        .findFirst()
        .map(
            port ->
                Finding.bad(
                    TuningReason.KeepaliveOff,
                    whyOff(port) + SocketRemedies.because(pod),
                    SocketRemedies.forSockets(
                        expectation,
                        pod,
                        port,
                        port.offOnSome()
                            ? "switch SO_KEEPALIVE on in every worker and on every listener of the server"
                            : "switch SO_KEEPALIVE on in the server, for example"
                                + " http.createServer({keepAlive: true}) in Node.js")));
  }

  private static String whyOff(ServedPort port) {
    if (port.offOnSome() && port.measured().isPresent()) {
      return "keepalive does not run on some connections to port %d".formatted(port.port());
    }
    if (port.offOnSome()) {
      return "keepalive does not run on %d of %d connections to port %d that were looked at"
          .formatted(
              port.report().keepalive().off(), port.report().keepalive().looked(), port.port());
    }
    boolean switchedOn = port.ours().flatMap(SocketOptions::keepalive).isPresent();
    return (switchedOn
            ? "the server itself switches keepalive off on connections to port %d"
            : "keepalive does not run on connections to port %d because nothing switches SO_KEEPALIVE on")
        .formatted(port.port());
  }

  /** The application chose to wait longer than wanted, or for an unknown time. */
  static Optional<Finding> applicationOverrides(Expectation expectation, Inspection pod) {
    if (expectation.withinSeconds().isPresent()) {
      return pod.seen()
          .filter(port -> !port.idleKnown())
          .findFirst()
          .map(
              port ->
                  Finding.bad(
                      TuningReason.ApplicationOverrides,
                      "the server itself sets keepalive on connections to port %d (first probe after %s s), so it is unknown how long a dead peer lives"
                          .formatted(port.port(), text(port.firstProbeSeconds())),
                      SocketRemedies.forSockets(
                          expectation,
                          pod,
                          port,
                          "remove the keepalive settings from the server")));
    }
    return expectation
        .keepalive()
        .flatMap(
            wanted ->
                pod.timed()
                    .filter(
                        port ->
                            firstProbe(port) > wanted.time() + ServedPorts.TOLERANCE_SECONDS
                                || isLooser(port, wanted))
                    .findFirst()
                    .map(
                        port ->
                            Finding.bad(
                                TuningReason.ApplicationOverrides,
                                port.measured().isPresent()
                                    ? "the server itself sets keepalive %s on connections to port %d, want %s"
                                        .formatted(
                                            port.keepalive().orElseThrow(), port.port(), wanted)
                                    : "the server itself sets an idle time of %d s on connections to port %d, want %d s"
                                        .formatted(firstProbe(port), port.port(), wanted.time()),
                                SocketRemedies.forSockets(
                                    expectation,
                                    pod,
                                    port,
                                    port.measured().isPresent()
                                        ? "change TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT in the server"
                                        : "change TCP_KEEPIDLE in the server"))));
  }

  /** Whether an idle connection outlives its peer for longer than wanted, as far as measured. */
  private static boolean isLooser(ServedPort port, Keepalive wanted) {
    return port.measured()
        .flatMap(m -> m.worst().keepalive())
        .filter(k -> silence(k) > silence(wanted) + ServedPorts.TOLERANCE_SECONDS)
        .isPresent();
  }

  private static long silence(Keepalive k) {
    return k.time() + (long) k.interval() * k.probes();
  }

  /** No connection showed the wanted options; if ports are named, each must show them. */
  static Optional<Finding> keepaliveNotSeen(Expectation expectation, Inspection pod) {
    if (expectation.targets().sockets().isEmpty() || enoughSeen(expectation, pod)) {
      return Optional.empty();
    }
    String message =
        (expectation.ports().isEmpty()
                ? "no connection to the server showed its keepalive time"
                : "not every port of %s had a connection that showed its keepalive time"
                    .formatted(expectation.ports()))
            + problem(pod).map(": "::concat).orElse("");
    String again = observeAgain(pod.pod().facts());
    return Optional.of(
        expectation.probe()
            ? Finding.bad(
                TuningReason.KeepaliveNotSeen,
                message,
                "make sure that the server listens, then run " + again)
            : Finding.unknown(
                TuningReason.KeepaliveNotSeen,
                message,
                "set spec.observation.probe to Allowed, or, once clients are connected, run "
                    + again));
  }

  /** The command that makes the operator observe pods again. */
  static String observeAgain(PodFacts facts) {
    return "kubectl -n %s annotate wst %s --overwrite %s=$(date +%%s)"
        .formatted(
            facts.namespace(),
            facts.annotations().getOrDefault(Markers.TUNING, "NAME"),
            Markers.OBSERVE);
  }

  /** Why nothing was seen: the problem of a port, or else of the whole observation. */
  private static Optional<String> problem(Inspection pod) {
    return Stream.concat(
            pod.ports().stream()
                .map(ServedPort::report)
                .filter(port -> port.problem() != null)
                .map(port -> "port %d: %s".formatted(port.port(), port.problem())),
            pod.report().errors().stream())
        .findFirst();
  }

  private static boolean enoughSeen(Expectation expectation, Inspection pod) {
    if (expectation.keepalive().isEmpty()) {
      return pod.ports().stream().anyMatch(port -> port.report().listening());
    }
    List<Integer> seen = pod.timed().map(ServedPort::port).toList();
    return !seen.isEmpty() && seen.containsAll(expectation.ports());
  }

  /** The application itself probes sooner, and whether it also gives up sooner is unknown. */
  static Optional<Finding> perhapsStricter(Expectation expectation, Inspection pod) {
    return sooner(expectation, pod)
        .filter(port -> !port.idleKnown())
        .findFirst()
        .map(
            port ->
                Finding.unknown(
                    TuningReason.StricterThanRequested,
                    sooner(expectation, port)
                        + "; its interval and number of probes cannot be read",
                    SocketRemedies.forSockets(
                        expectation, pod, port, "remove the keepalive settings from the server")));
  }

  /** The application itself probes sooner, and gives up sooner too. */
  static Optional<Finding> stricterThanRequested(Expectation expectation, Inspection pod) {
    return sooner(expectation, pod)
        .findFirst()
        .map(port -> Finding.good(TuningReason.StricterThanRequested, sooner(expectation, port)));
  }

  private static Stream<ServedPort> sooner(Expectation expectation, Inspection pod) {
    return expectation.keepalive().stream()
        .flatMap(
            wanted ->
                pod.timed()
                    .filter(
                        port ->
                            port.keepaliveSource().equals(Optional.of(KeepaliveSource.Application)))
                    .filter(
                        port -> firstProbe(port) < wanted.time() - ServedPorts.TOLERANCE_SECONDS));
  }

  private static String sooner(Expectation expectation, ServedPort port) {
    return "the server itself sends its first probe after %d s, want %d s"
        .formatted(firstProbe(port), expectation.keepalive().orElseThrow().time());
  }

  private static int firstProbe(ServedPort port) {
    return port.firstProbeSeconds().orElseThrow();
  }

  private static String text(OptionalInt seconds) {
    return seconds.isEmpty() ? "?" : String.valueOf(seconds.getAsInt());
  }
}
