package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
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

/** The rules on the keepalive that accepted sockets show. */
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
                        "switch SO_KEEPALIVE on in the server, for example"
                            + " http.createServer({keepAlive: true}) in Node.js")));
  }

  private static String whyOff(ServedPort port) {
    boolean switchedOn = port.ours().flatMap(SocketOptions::keepalive).isPresent();
    return (switchedOn
            ? "the server switches keepalive off itself on connections to port %d"
            : "keepalive does not run on connections to port %d, for nothing switches SO_KEEPALIVE on")
        .formatted(port.port());
  }

  /** The application chose to wait longer than asked, or so that nobody can tell how long. */
  static Optional<Finding> applicationOverrides(Expectation expectation, Inspection pod) {
    if (expectation.withinSeconds().isPresent()) {
      return pod.seen()
          .filter(port -> !port.idleKnown())
          .findFirst()
          .map(
              port ->
                  Finding.bad(
                      TuningReason.ApplicationOverrides,
                      "the server sets keepalive itself for connections to port %d (first probe after %s s), and how long a dead peer lives cannot be told"
                          .formatted(port.port(), text(port.firstProbeSeconds())),
                      SocketRemedies.forSockets(
                          expectation, pod, port, "leave keepalive to the operator there")));
    }
    return expectation
        .keepalive()
        .flatMap(
            asked ->
                pod.timed()
                    .filter(port -> firstProbe(port) > asked.time() + ServedPorts.TOLERANCE_SECONDS)
                    .findFirst()
                    .map(
                        port ->
                            Finding.bad(
                                TuningReason.ApplicationOverrides,
                                "the server sets an idle time of %d s itself for connections to port %d, asked %d s"
                                    .formatted(firstProbe(port), port.port(), asked.time()),
                                SocketRemedies.forSockets(
                                    expectation, pod, port, "change TCP_KEEPIDLE in the server"))));
  }

  /** Something was asked for, and no connection showed it; of ports that are named, each must. */
  static Optional<Finding> keepaliveNotSeen(Expectation expectation, Inspection pod) {
    if (expectation.targets().sockets().isEmpty() || enoughSeen(expectation, pod)) {
      return Optional.empty();
    }
    String message =
        (expectation.ports().isEmpty()
                ? "no connection to the server showed its keepalive time"
                : "connections to the ports %s did not all show their keepalive time"
                    .formatted(expectation.ports()))
            + problem(pod).map(": "::concat).orElse("");
    String again = observeAgain(pod);
    return Optional.of(
        expectation.probe()
            ? Finding.bad(
                TuningReason.KeepaliveNotSeen,
                message,
                "see that the server listens, then " + again)
            : Finding.unknown(
                TuningReason.KeepaliveNotSeen,
                message,
                "set spec.observation.probe to Allowed, or once clients are connected " + again));
  }

  /** The command that has pods observed once more. */
  static String observeAgain(Inspection pod) {
    PodFacts facts = pod.pod().facts();
    return "kubectl -n %s annotate wst %s --overwrite %s=$(date +%%s)"
        .formatted(
            facts.namespace(),
            facts.annotations().getOrDefault(Markers.TUNING, "NAME"),
            Markers.OBSERVE);
  }

  /** Why nothing was seen: of a port, else of the whole observation. */
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

  /** The application probes sooner by itself, and nobody can tell whether it also ends sooner. */
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
                        expectation, pod, port, "leave keepalive to the operator there")));
  }

  /** The application probes sooner by itself, and ends sooner too. */
  static Optional<Finding> stricterThanRequested(Expectation expectation, Inspection pod) {
    return sooner(expectation, pod)
        .findFirst()
        .map(port -> Finding.good(TuningReason.StricterThanRequested, sooner(expectation, port)));
  }

  private static Stream<ServedPort> sooner(Expectation expectation, Inspection pod) {
    return expectation.keepalive().stream()
        .flatMap(
            asked ->
                pod.timed()
                    .filter(
                        port ->
                            port.keepaliveSource().equals(Optional.of(KeepaliveSource.Application)))
                    .filter(
                        port -> firstProbe(port) < asked.time() - ServedPorts.TOLERANCE_SECONDS));
  }

  private static String sooner(Expectation expectation, ServedPort port) {
    return "the server sends its first probe after %d s by itself, asked %d s"
        .formatted(firstProbe(port), expectation.keepalive().orElseThrow().time());
  }

  private static int firstProbe(ServedPort port) {
    return port.firstProbeSeconds().orElseThrow();
  }

  private static String text(OptionalInt seconds) {
    return seconds.isEmpty() ? "?" : String.valueOf(seconds.getAsInt());
  }
}
