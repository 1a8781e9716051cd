package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Concludes from one pod's reports what set the options of its accepted sockets. The kernel shows
 * from outside only when the keepalive timer of a socket fires; the rest follows from the origin of
 * that value. What the agent of the node read in the kernel is all there, and nothing follows.
 */
public final class ServedPorts {

  /** A timer is read a moment after it was set, and reports hold whole seconds. */
  public static final int TOLERANCE_SECONDS = 1;

  /** What Go servers set by themselves (net.KeepAliveConfig): never taken for the tuning's own. */
  private static final int GO_SECONDS = 15;

  private final ServerReport report;
  private final ReportedSysctls sysctls;
  private final Optional<SocketOptions> ordered;
  private final Optional<SocketOptions> byKernel;
  private final Optional<MeasuredSockets> measured;

  private ServedPorts(ObservedPod pod, ServerReport report) {
    this.report = report;
    this.sysctls = new ReportedSysctls(report);
    this.ordered =
        pod.facts().tuner().flatMap(InjectedTuner::believed).flatMap(TunerCommand::sockets);
    this.byKernel = byKernel(pod.boot(), report.accepted(), ordered);
    this.measured = pod.reported().flatMap(PodReport::sockets);
  }

  /** The ports of a pod that was looked at. */
  public static List<ServedPort> of(ObservedPod pod, ServerReport report) {
    ServedPorts ports = new ServedPorts(pod, report);
    return report.ports().stream().map(ports::port).toList();
  }

  /**
   * What the programs do to accepted sockets: as the observer found on a socket of its own, else as
   * the init container reported to have attached.
   */
  private static Optional<SocketOptions> byKernel(
      Boot boot, ServerReport.Accepted accepted, Optional<SocketOptions> ordered) {
    if (accepted != null) {
      OptionalInt userTimeout = seconds(accepted.userTimeout());
      return accepted.keepalive() || userTimeout.isPresent()
          ? Optional.of(
              new SocketOptions(
                  accepted.keepalive()
                      ? Optional.of(
                          new Keepalive(accepted.time(), accepted.interval(), accepted.probes()))
                      : Optional.empty(),
                  userTimeout,
                  accepted.override()))
          : Optional.empty();
    }
    return boot.programsAttached() ? ordered : Optional.empty();
  }

  /** Rounded up, because zero seconds mean none. */
  private static OptionalInt seconds(int millis) {
    return millis == 0 ? OptionalInt.empty() : OptionalInt.of((int) ((millis + 999L) / 1000));
  }

  private ServedPort port(ServerReport.Port port) {
    Optional<SocketOptions> ours = byKernel.or(() -> ordered.filter(o -> port.preloaded()));
    Optional<MeasuredPort> values =
        MeasuredPort.of(measured, port.port(), sysctls.retransmission())
            .filter(m -> port.listening());
    if (values.isPresent()) {
      return measured(port, ours, values.get());
    }
    if (!port.listening() || port.keepalive() == null) {
      return new ServedPort(
          port, ours, Optional.empty(), Optional.empty(), false, Optional.empty(), time(ours));
    }
    if (!port.keepalive().running()) {
      return new ServedPort(
          port,
          ours,
          Optional.of(KeepaliveSource.Nobody),
          Optional.empty(),
          false,
          Optional.empty(),
          time(ours));
    }
    return running(isLowerBound(port, ours) ? withoutTime(port) : port, ours);
  }

  private ServedPort measured(
      ServerReport.Port port, Optional<SocketOptions> ours, MeasuredPort values) {
    Optional<Keepalive> keepalive = values.worst().keepalive();
    return new ServedPort(
        values.in(port),
        ours,
        Optional.of(keepalive.map(k -> source(k, ours)).orElse(KeepaliveSource.Nobody)),
        keepalive,
        false,
        Optional.of(values),
        values.time(sysctls.retransmission()));
  }

  private KeepaliveSource source(Keepalive keepalive, Optional<SocketOptions> ours) {
    Optional<Keepalive> seen = Optional.of(keepalive);
    if (ours.flatMap(SocketOptions::keepalive).equals(seen)) {
      return byKernel.isPresent() ? KeepaliveSource.Kernel : KeepaliveSource.Preload;
    }
    return sysctls.keepalive().equals(seen) ? KeepaliveSource.Sysctls : KeepaliveSource.Application;
  }

  private ServedPort running(ServerReport.Port port, Optional<SocketOptions> ours) {
    if (port.keepalive().idleSeconds() == null) {
      return new ServedPort(
          port, ours, Optional.empty(), Optional.empty(), false, Optional.empty(), time(ours));
    }
    Optional<Keepalive> tuned =
        ours.flatMap(SocketOptions::keepalive).filter(k -> equal(k.time(), port, ours));
    if (tuned.isPresent()) {
      return served(
          port,
          ours,
          byKernel.isPresent() ? KeepaliveSource.Kernel : KeepaliveSource.Preload,
          tuned,
          false);
    }
    OptionalInt sysctl = sysctls.number(Sysctl.TCP_KEEPALIVE_TIME);
    if (sysctl.isPresent() && equal(sysctl.getAsInt(), port, ours)) {
      return served(port, ours, KeepaliveSource.Sysctls, sysctls.keepalive(), false);
    }
    Optional<Keepalive> bound =
        ours.filter(SocketOptions::override)
            .flatMap(SocketOptions::keepalive)
            .filter(k -> port.keepalive().idleSeconds() <= k.time() + TOLERANCE_SECONDS)
            .map(k -> new Keepalive(port.keepalive().idleSeconds(), k.interval(), k.probes()));
    return served(port, ours, KeepaliveSource.Application, bound, bound.isPresent());
  }

  /**
   * Whether the time that a client's connection shows is earlier than what acts here: on a
   * connection that was not idle since it was made, it is too short by an unknown time. A probe of
   * the observer's own would have corrected it.
   */
  private boolean isLowerBound(ServerReport.Port port, Optional<SocketOptions> ours) {
    boolean corrected =
        port.keepalive().evidence() == ServerReport.Evidence.Probe
            || (report.accepted() != null && port.problem() == null && !report.hasUnclearErrors());
    Integer idle = port.keepalive().idleSeconds();
    int acts =
        ours.flatMap(SocketOptions::keepalive)
            .map(Keepalive::time)
            .orElseGet(() -> sysctls.number(Sysctl.TCP_KEEPALIVE_TIME).orElse(0));
    return !corrected && idle != null && idle < acts - TOLERANCE_SECONDS;
  }

  private static ServerReport.Port withoutTime(ServerReport.Port port) {
    return port.withKeepalive(
        new ServerReport.KeepaliveTimer(true, null, port.keepalive().evidence()));
  }

  private ServedPort served(
      ServerReport.Port port,
      Optional<SocketOptions> ours,
      KeepaliveSource keepaliveSource,
      Optional<Keepalive> keepalive,
      boolean upperBound) {
    DeadPeerTime time = DeadPeerTime.of(keepalive, userTimeout(ours), sysctls.retransmission());
    return new ServedPort(
        port, ours, Optional.of(keepaliveSource), keepalive, upperBound, Optional.empty(), time);
  }

  private DeadPeerTime time(Optional<SocketOptions> ours) {
    return DeadPeerTime.of(Optional.empty(), userTimeout(ours), sysctls.retransmission());
  }

  private static Duration userTimeout(Optional<SocketOptions> ours) {
    return Duration.ofSeconds(
        ours.map(SocketOptions::userTimeoutSeconds).orElse(OptionalInt.empty()).orElse(0));
  }

  /** Whether the timer shows this time, and nothing else is known to set the same. */
  private static boolean equal(int time, ServerReport.Port port, Optional<SocketOptions> ours) {
    boolean bound = ours.filter(SocketOptions::override).isPresent();
    return near(time, port) && (bound || !near(GO_SECONDS, port));
  }

  private static boolean near(int time, ServerReport.Port port) {
    return Math.abs((long) time - port.keepalive().idleSeconds()) <= TOLERANCE_SECONDS;
  }
}
