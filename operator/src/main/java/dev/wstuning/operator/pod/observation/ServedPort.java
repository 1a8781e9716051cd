package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is known of the connections that a server accepts on one port.
 *
 * @param report what was read there
 * @param ours what the programs or the library set on each socket when it is accepted; empty if
 *     neither acts
 * @param keepaliveSource who set keepalive; empty if no socket could be looked at, or none showed
 *     its time
 * @param keepalive the values that act; empty if keepalive does not run, or if its values are
 *     unknown
 * @param upperBound whether interval and probes of {@code keepalive} are only known to be at most
 *     these, because looser values of the application have no effect
 * @param measured what connections have, if that was read in the kernel: then nothing is inferred
 * @param time how long a dead peer lives; its idle side counts only if {@link #idleKnown}
 */
public record ServedPort(
    ServerReport.Port report,
    Optional<SocketOptions> ours,
    Optional<KeepaliveSource> keepaliveSource,
    Optional<Keepalive> keepalive,
    boolean upperBound,
    Optional<MeasuredPort> measured,
    DeadPeerTime time) {

  /** Addresses with at least this many connections each are likely those of proxies. */
  private static final int CONNECTIONS_PER_PROXY = 5;

  private static final int ENOUGH_CONNECTIONS = 10;

  /** The observer looks at this many connections of a port; it counts all of them. */
  private static final int LOOKED_AT = 1000;

  /** Where the connections seem to come from. */
  public enum Peers {
    Direct,
    LikelyProxy
  }

  /** The same, with one object for what other ports have, too. */
  ServedPort sharing(Sharing sharing) {
    return sharing.one(
        new ServedPort(
            report,
            sharing.one(ours),
            sharing.one(keepaliveSource),
            sharing.one(keepalive),
            upperBound,
            measured,
            sharing.one(time)));
  }

  /** The same with the present number of connections. */
  ServedPort counted(Optional<MeasuredSockets> sockets) {
    return measured.isEmpty() || sockets.isEmpty()
        ? this
        : new ServedPort(
            report,
            ours,
            keepaliveSource,
            keepalive,
            upperBound,
            Optional.of(measured.get().open(sockets.get().open(port()))),
            time);
  }

  /**
   * TCP_USER_TIMEOUT as measured, or else as the operator set it: what the application sets cannot
   * be read from outside.
   */
  public OptionalInt userTimeoutSeconds() {
    return measured.isPresent()
        ? measured.get().userTimeoutSeconds()
        : ours.map(SocketOptions::userTimeoutSeconds).orElse(OptionalInt.empty());
  }

  public int port() {
    return report.port();
  }

  /** Whether keepalive is known not to run. */
  public boolean off() {
    return keepaliveSource.equals(Optional.of(KeepaliveSource.Nobody));
  }

  /** Connections that are open: now if they are counted, else when the server was looked at. */
  public long connections() {
    return measured.map(MeasuredPort::open).orElse((long) report.connections());
  }

  /** Whether it runs on other connections to the port. */
  public boolean offOnSome() {
    return measured
        .map(MeasuredPort::offOnSome)
        .orElseGet(() -> report.keepalive() != null && report.keepalive().differs());
  }

  /** Seconds without traffic before the first probe, as measured; empty if they were not. */
  public OptionalInt firstProbeSeconds() {
    return report.keepalive() == null
            || !report.keepalive().running()
            || report.keepalive().idleSeconds() == null
        ? OptionalInt.empty()
        : OptionalInt.of(report.keepalive().idleSeconds());
  }

  /** Whether it is known how long a dead peer lives on an idle connection; perhaps forever. */
  public boolean idleKnown() {
    return off() || keepalive.isPresent();
  }

  /** Seconds for which a dead peer may live at most; empty if that is forever, or unknown. */
  public OptionalLong withinSeconds() {
    return time.withinSeconds();
  }

  /** The number of connections whose remote addresses were counted. */
  public int inspection() {
    return Math.min(report.connections(), LOOKED_AT);
  }

  /** What the spread of remote addresses suggests; empty with few connections. */
  public Optional<Peers> peers() {
    if (report.remotes() == null || report.connections() < ENOUGH_CONNECTIONS) {
      return Optional.empty();
    }
    return Optional.of(
        report.remotes() <= inspection() / CONNECTIONS_PER_PROXY
            ? Peers.LikelyProxy
            : Peers.Direct);
  }
}
