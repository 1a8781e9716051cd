package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** The rules about which ports are the server's, and which of them matter. */
final class PortRules {

  private static final String NAME_PORTS =
      "list the ports of WebSockets in spec.ports, and no others";

  /** What may be wrong with the connections to one port, and right with those to another. */
  private static final List<BiFunction<Expectation, Inspection, Optional<Finding>>> OF_ONE_PORT =
      List.of(
          KeepaliveRules::keepaliveOff,
          KeepaliveRules::applicationOverrides,
          DeadPeerRules::deadPeersLate);

  private PortRules() {}

  /** The report has nothing about ports, left some out, or perhaps did. */
  static Optional<Finding> portsNotReported(Expectation expectation, Inspection pod) {
    ServerReport report = pod.report();
    if (report.noSockets() != null) {
      return Optional.of(
          Finding.unknown(
              TuningReason.PortsNotReported,
              "the kernel listed no sockets to the observer, which shows limits and sysctls only: "
                  + report.noSockets(),
              "allow netlink sockets (AF_NETLINK) in the seccomp profile of the pod; a runtime that has no"
                  + " sock_diag, such as gVisor, never shows more"));
    }
    if (report.hasUnclearErrors()) {
      return Optional.of(
          Finding.unknown(
              TuningReason.PortsNotReported,
              "an older observer reported errors, so ports may be missing: "
                  + String.join("; ", report.errors()),
              KeepaliveRules.observeAgain(pod.pod().facts())));
    }
    int leftOut = Objects.requireNonNullElse(report.portsLeftOut(), 0);
    return leftOut == 0
        ? Optional.empty()
        : Optional.of(
            Finding.unknown(
                TuningReason.PortsNotReported,
                "the observer's report had no room for all ports; it left out %d"
                    .formatted(leftOut),
                NAME_PORTS));
  }

  /** The server does not listen on a port of spec.ports, or on one that its container declares. */
  static Optional<Finding> portNotListening(Expectation expectation, Inspection pod) {
    for (int wanted : expectation.ports()) {
      Optional<ServerReport.Port> port =
          pod.report().ports().stream().filter(p -> p.port() == wanted).findFirst();
      if (port.filter(ServerReport.Port::listening).isEmpty()) {
        return Optional.of(
            port.filter(ServerReport.Port::anothers).isPresent()
                ? Finding.bad(
                    TuningReason.PortNotListening,
                    "another container than the server's listens on port " + wanted,
                    "set spec.container to the container that listens on it, or correct spec.ports")
                : Finding.bad(
                    TuningReason.PortNotListening,
                    "nothing listens on port " + wanted,
                    "correct spec.ports, or leave it out to look at every port"));
      }
    }
    List<Integer> declared =
        pod.ports().stream().filter(p -> !p.report().listening()).map(ServedPort::port).toList();
    return declared.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.unknown(
                TuningReason.PortNotListening,
                "the server does not listen on ports that its container declares: " + declared,
                NAME_PORTS));
  }

  /** Nothing shows which of the pod's ports are the server's. */
  static Optional<Finding> portsUnclear(Expectation expectation, Inspection pod) {
    int unclear = Objects.requireNonNullElse(pod.report().portsUnclear(), 0);
    return unclear == 0
        ? Optional.empty()
        : Optional.of(
            Finding.unknown(
                TuningReason.PortAmbiguous,
                ("%d ports listen in the pod, and the user ids of processes do not show whether the"
                        + " server or another container does")
                    .formatted(unclear),
                NAME_PORTS));
  }

  /** Connections to some ports have what is wanted, to others they do not. */
  static Optional<Finding> portsDiffer(Expectation expectation, Inspection pod) {
    if (!expectation.ports().isEmpty()) {
      return Optional.empty();
    }
    List<ServedPort> seen = pod.seen().toList();
    List<ServedPort> wrong =
        seen.stream()
            .filter(p -> problems(expectation, pod.only(p)).findAny().isPresent())
            .toList();
    if (wrong.isEmpty() || wrong.size() == seen.size()) {
      return Optional.empty();
    }
    Finding first = problems(expectation, pod.only(wrong.get(0))).findFirst().orElseThrow();
    return Optional.of(
        Finding.unknown(
            TuningReason.PortAmbiguous,
            "it is unclear which of the ports %s are for WebSockets, and they differ: %s"
                .formatted(seen.stream().map(ServedPort::port).toList(), first.message()),
            NAME_PORTS));
  }

  private static Stream<Finding> problems(Expectation expectation, Inspection pod) {
    return OF_ONE_PORT.stream().flatMap(rule -> rule.apply(expectation, pod).stream());
  }
}
