package dev.wstuning.e2e.constellation;

import java.util.Optional;

/** What the status may say of a constellation. */
enum Expected {
  /** What the host shows. */
  RIGHT(null),
  /**
   * What the host shows; or that it cannot be known which process serves, because the observer may
   * not see the descriptors of root's processes.
   */
  RIGHT_OR_PROCESS_UNKNOWN("ProcessAmbiguous"),
  /**
   * What the host shows; or that it cannot be known whose the ports are, which has the same cause.
   */
  RIGHT_OR_PORTS_UNKNOWN("PortAmbiguous"),
  /** What the host shows; or that the report had no room for all ports. */
  RIGHT_OR_PORTS_LEFT_OUT("PortsNotReported"),
  /** That it cannot be known which of the declared ports is meant. */
  PORT_UNKNOWN("PortAmbiguous"),
  /** That the pod is left alone. */
  LEFT_ALONE("PodsSkipped");

  /** What a report holds. */
  private static final int MOST_PORTS = 8;

  private final String reason;

  Expected(String reason) {
    this.reason = reason;
  }

  boolean mayBeRight() {
    return this != PORT_UNKNOWN && this != LEFT_ALONE;
  }

  /** The reason of Effective while it is Unknown. */
  Optional<String> unknown() {
    return this == LEFT_ALONE ? Optional.empty() : Optional.ofNullable(reason);
  }

  /** Whether the reason is true of what the host shows. */
  boolean isTrueOf(Sight host, Constellation constellation) {
    return switch (this) {
      case RIGHT -> false;
      case RIGHT_OR_PROCESS_UNKNOWN -> constellation.user() == User.ROOT && host.processes() > 1;
      case RIGHT_OR_PORTS_UNKNOWN ->
          constellation.user() == User.ROOT && constellation.sidecar() == Sidecar.LISTENING;
      case RIGHT_OR_PORTS_LEFT_OUT -> host.keepalive().size() > MOST_PORTS;
      case PORT_UNKNOWN ->
          constellation.ports().declared.stream().map(host.keepalive()::get).distinct().count() > 1;
      case LEFT_ALONE -> constellation.sidecar() == Sidecar.SHARING_PROCESSES;
    };
  }
}
