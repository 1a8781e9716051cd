package dev.wstuning.operator.verdict;

import dev.wstuning.operator.mutation.Order;
import dev.wstuning.operator.report.BootReport;
import dev.wstuning.operator.report.ServerReport;
import dev.wstuning.operator.tuning.DeadPeerTime;
import dev.wstuning.operator.tuning.Keepalive;
import dev.wstuning.operator.tuning.Retransmission;
import dev.wstuning.operator.tuning.SocketOptions;
import dev.wstuning.operator.tuning.Sysctl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Concludes from one pod's reports who set the options of its accepted sockets. The kernel shows of
 * a socket only when its keepalive timer fires; whose value that is tells the rest.
 */
public final class ServedPorts {

  /** A timer is read a moment after it was set, and reports hold whole seconds. */
  static final int TOLERANCE_SECONDS = 1;

  /** The kernel's bound; what may be asked for is less. */
  private static final long MAX_RETRIES2 = 255;

  /** As large as an int can surely hold. */
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private final ServerReport report;
  private final Optional<SocketOptions> ordered;
  private final Optional<SocketOptions> byKernel;

  private ServedPorts(ObservedPod pod, ServerReport report) {
    this.report = report;
    this.ordered = pod.facts().tuner().flatMap(Order::of).flatMap(Order::sockets);
    this.byKernel = byKernel(pod.boot(), report.accepted(), ordered);
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
      ObservedPod.Boot boot, ServerReport.Accepted accepted, Optional<SocketOptions> ordered) {
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
    boolean attached =
        boot instanceof ObservedPod.Boot.Written written
            && written.report().sockets() != null
            && written.report().sockets().by() == BootReport.By.Programs
            && written.report().sockets().done();
    return ordered.filter(o -> attached);
  }

  /** Rounded up, for zero seconds mean none. */
  private static OptionalInt seconds(int millis) {
    return millis == 0 ? OptionalInt.empty() : OptionalInt.of((int) ((millis + 999L) / 1000));
  }

  private ServedPort port(ServerReport.Port port) {
    Optional<SocketOptions> byPreload = ordered.filter(o -> port.preloaded());
    OptionalInt userTimeout =
        byKernel
            .or(() -> byPreload)
            .map(SocketOptions::userTimeoutSeconds)
            .orElse(OptionalInt.empty());
    if (!port.listening() || port.keepalive() == null) {
      return served(port, Optional.empty(), Optional.empty(), false, userTimeout);
    }
    if (!port.keepalive().running()) {
      return served(port, Optional.of(SetBy.Nobody), Optional.empty(), false, userTimeout);
    }
    if (port.keepalive().idleSeconds() == null) {
      return served(port, Optional.empty(), Optional.empty(), false, userTimeout);
    }
    Optional<Keepalive> kernel = byKernel.flatMap(SocketOptions::keepalive);
    Optional<Keepalive> preload = byPreload.flatMap(SocketOptions::keepalive);
    if (kernel.filter(k -> near(k.time(), port)).isPresent()) {
      return served(port, Optional.of(SetBy.Kernel), kernel, false, userTimeout);
    }
    if (preload.filter(k -> near(k.time(), port)).isPresent()) {
      return served(port, Optional.of(SetBy.Preload), preload, false, userTimeout);
    }
    OptionalInt time = number(Sysctl.TCP_KEEPALIVE_TIME);
    if (time.isPresent() && near(time.getAsInt(), port)) {
      return served(port, Optional.of(SetBy.Sysctls), sysctls(time), false, userTimeout);
    }
    Optional<Keepalive> bound =
        byKernel
            .or(() -> byPreload)
            .filter(SocketOptions::override)
            .flatMap(SocketOptions::keepalive)
            .map(k -> new Keepalive(port.keepalive().idleSeconds(), k.interval(), k.probes()));
    return served(port, Optional.of(SetBy.Application), bound, bound.isPresent(), userTimeout);
  }

  private ServedPort served(
      ServerReport.Port port,
      Optional<SetBy> setBy,
      Optional<Keepalive> keepalive,
      boolean upperBound,
      OptionalInt userTimeout) {
    return new ServedPort(
        port,
        setBy,
        keepalive,
        upperBound,
        userTimeout,
        DeadPeerTime.of(keepalive, Duration.ofSeconds(userTimeout.orElse(0)), retransmission()));
  }

  private static boolean near(int time, ServerReport.Port port) {
    return Math.abs((long) time - port.keepalive().idleSeconds()) <= TOLERANCE_SECONDS;
  }

  private Optional<Keepalive> sysctls(OptionalInt time) {
    OptionalInt interval = number(Sysctl.TCP_KEEPALIVE_INTVL);
    OptionalInt probes = number(Sysctl.TCP_KEEPALIVE_PROBES);
    return interval.isEmpty() || probes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Keepalive(time.getAsInt(), interval.getAsInt(), probes.getAsInt()));
  }

  private Retransmission retransmission() {
    return new Retransmission(
        number(Sysctl.TCP_RETRIES2, MAX_RETRIES2).orElse(Retransmission.DEFAULT.retries2()),
        number(Sysctl.TCP_RTO_MAX_MS).orElse(Retransmission.DEFAULT.rtoMaxMillis()));
  }

  private OptionalInt number(Sysctl sysctl) {
    return number(sysctl, sysctl.max());
  }

  /**
   * The value of a key that has one number; empty if it could not be read, or is larger than the
   * kernel takes, for a pod may claim anything.
   */
  private OptionalInt number(Sysctl sysctl, long max) {
    String value = report.values().get(sysctl.ordinal());
    return value != null && NUMBER.matcher(value).matches() && Integer.parseInt(value) <= max
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }
}
