package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.deadpeer.Retransmission;
import dev.wstuning.operator.pod.observation.MeasuredSockets.Group;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.pod.tuner.ServerReport.KeepaliveTimer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the open connections to one port have, as the kernel of the node counts and reads them.
 *
 * @param worst the values with which a dead peer lives longest
 * @param open how many there are
 * @param off whether keepalive does not run on some of them
 * @param on whether it runs on some of them
 */
public record MeasuredPort(Group worst, long open, boolean off, boolean on) {

  /**
   * Of values that are equally bad always the same ones, regardless of how many connections have
   * them.
   */
  private static final Comparator<Group> BY_VALUES =
      Comparator.comparing((Group g) -> g.keepalive().isEmpty())
          .thenComparing(g -> g.keepalive().map(Keepalive::toString).orElse(""))
          .thenComparing(Group::userTimeout);

  /** Empty if no connection to the port is open. */
  static Optional<MeasuredPort> of(
      Optional<MeasuredSockets> sockets, int port, Retransmission retransmission) {
    List<Group> groups = sockets.map(s -> s.of(port)).orElse(List.of());
    return groups.stream()
        .max(
            Comparator.comparingLong((Group g) -> within(g, retransmission))
                .thenComparing(BY_VALUES))
        .map(
            worst ->
                new MeasuredPort(
                    worst.values(),
                    sockets.orElseThrow().open(port),
                    groups.stream().anyMatch(g -> g.keepalive().isEmpty()),
                    groups.stream().anyMatch(g -> g.keepalive().isPresent())));
  }

  /** The same with as many connections. */
  MeasuredPort open(long count) {
    return new MeasuredPort(worst, count, off, on);
  }

  private static long within(Group group, Retransmission retransmission) {
    return time(group, retransmission).withinSeconds().orElse(Long.MAX_VALUE);
  }

  private static DeadPeerTime time(Group group, Retransmission retransmission) {
    return DeadPeerTime.of(group.keepalive(), group.userTimeout(), retransmission);
  }

  /** How long a dead peer lives on the worst of them. */
  DeadPeerTime time(Retransmission retransmission) {
    return time(worst, retransmission);
  }

  /** TCP_USER_TIMEOUT, rounded up; empty if there is none. */
  OptionalInt userTimeoutSeconds() {
    Duration timeout = worst.userTimeout();
    return timeout.isZero()
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.min(Integer.MAX_VALUE, timeout.plusMillis(999).toSeconds()));
  }

  /** The port as an observer reports it, if it had seen the timers of all connections. */
  ServerReport.Port in(ServerReport.Port port) {
    return port.withKeepalive(
        new KeepaliveTimer(
            !off, worst.keepalive().map(k -> k.time()).orElse(null), ServerReport.Evidence.Kernel));
  }

  /** Whether keepalive runs on some connections, and not on others. */
  boolean offOnSome() {
    return off && on;
  }
}
