package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.ReportedPod;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.SocketGroup;
import dev.wstuning.operator.deadpeer.Keepalive;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the open connections of a pod have, read in the kernel.
 *
 * @param groups those with equal values
 * @param others how many belong to none of the groups
 */
public record MeasuredSockets(List<Group> groups, long others) {

  /**
   * Connections to one port with equal values.
   *
   * @param keepalive empty if it does not run
   * @param userTimeout TCP_USER_TIMEOUT; zero: none
   */
  public record Group(int port, long count, Optional<Keepalive> keepalive, Duration userTimeout) {

    /** The same; how many there are does not matter. */
    Group values() {
      return new Group(port, 1, keepalive, userTimeout);
    }
  }

  /** Empty without open connections. */
  static Optional<MeasuredSockets> of(ReportedPod pod) {
    List<Group> groups =
        pod.socketsOrEmpty().stream()
            .filter(s -> s.port() != null && s.count() != null && s.count() > 0)
            .flatMap(s -> group(s).stream())
            .toList();
    return groups.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new MeasuredSockets(groups, Objects.requireNonNullElse(pod.othersSockets(), 0L)));
  }

  /** Empty if keepalive runs and its values are not there. */
  private static Optional<Group> group(SocketGroup s) {
    boolean on = Boolean.TRUE.equals(s.keepalive());
    if (on && (s.time() == null || s.interval() == null || s.probes() == null)) {
      return Optional.empty();
    }
    return Optional.of(
        new Group(
            s.port(),
            s.count(),
            on ? Optional.of(new Keepalive(s.time(), s.interval(), s.probes())) : Optional.empty(),
            Duration.ofMillis(Objects.requireNonNullElse(s.userTimeoutMillis(), 0L))));
  }

  /** Which values there are, regardless of how many connections have them. */
  Values values() {
    return new Values(
        groups.stream().map(Group::values).collect(Collectors.toUnmodifiableSet()), others > 0);
  }

  /**
   * The values that connections have.
   *
   * @param others whether some have others
   */
  record Values(Set<Group> groups, boolean others) {}

  /** How many connections to a port are open. */
  long open(int port) {
    return of(port).stream().mapToLong(Group::count).sum();
  }

  /** Those of one port. */
  List<Group> of(int port) {
    return groups.stream().filter(g -> g.port() == port).toList();
  }
}
