package dev.wstuning.operator.verdict;

import dev.wstuning.operator.report.OpenFilesLimit;
import dev.wstuning.operator.report.ServerReport;
import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.tuning.Keepalive;
import dev.wstuning.operator.tuning.Setting;
import dev.wstuning.operator.tuning.Sysctl;
import dev.wstuning.operator.verdict.ObservedPod.Observation;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * The rules by which one running pod is effective or not. They are asked in order; the first that
 * has something to say decides.
 */
public final class Checks {

  /** A timer is read a moment after it was set, and reports hold whole seconds. */
  private static final int TIMER_TOLERANCE_SECONDS = 1;

  private static final List<BiFunction<Desired, ServerReport, Optional<Finding>>> RULES =
      List.of(
          Checks::sysctlDiffers,
          Checks::openFilesBelowMinimum,
          Checks::portNotListening,
          Checks::keepaliveOff,
          Checks::applicationOverrides,
          Checks::keepaliveNotSeen,
          Checks::stricterThanRequested);

  private Checks() {}

  /** The verdict on a pod that runs. */
  public static Finding effective(Desired desired, ObservedPod pod) {
    Observation observation = pod.observation();
    if (observation instanceof Observation.Seen seen) {
      return RULES.stream()
          .flatMap(rule -> rule.apply(desired, seen.report()).stream())
          .findFirst()
          .orElse(Finding.good(Reason.Effective, "the server has what was asked for"));
    }
    if (observation instanceof Observation.Ambiguous) {
      return Finding.bad(
          Reason.ContainerAmbiguous,
          "which of the containers %s runs the server cannot be told"
              .formatted(pod.facts().containers()),
          "set spec.container to its name");
    }
    if (observation instanceof Observation.Failed failed) {
      return Finding.bad(
          Reason.ObservationFailed,
          "the server could not be observed: " + failed.problem(),
          "kubectl -n %s describe pod %s".formatted(pod.facts().namespace(), pod.facts().name()));
    }
    return Finding.unknown(Reason.NotObserved, ((Observation.Awaited) observation).state(), "");
  }

  /** What the network namespace holds is not what was asked for. */
  private static Optional<Finding> sysctlDiffers(Desired desired, ServerReport report) {
    for (Setting setting : desired.wanted()) {
      String value = report.values().get(setting.sysctl().ordinal());
      if (value == null || !Sysctl.normalise(value).equals(setting.value())) {
        return Optional.of(
            Finding.bad(
                Reason.SysctlDiffers,
                "%s is %s, asked %s"
                    .formatted(
                        setting.sysctl().key(),
                        value == null ? "not readable" : Sysctl.normalise(value),
                        setting.value()),
                desired.observeOnly()
                    ? "set spec.mode to Tune"
                    : "restart the pod so that it boots with the current settings"));
      }
    }
    return Optional.empty();
  }

  /** The process may open fewer files than asked for. */
  private static Optional<Finding> openFilesBelowMinimum(Desired desired, ServerReport report) {
    if (desired.openFilesMinimum().isEmpty()) {
      return Optional.empty();
    }
    long minimum = desired.openFilesMinimum().getAsLong();
    OpenFilesLimit limit = report.nofile();
    // Go raises its soft limit to one below the hard one, which is as good as the hard one.
    boolean raisedByGo = limit.soft() == limit.hard() - 1 && limit.hard() >= minimum;
    if (limit.soft() >= minimum || raisedByGo) {
      return Optional.empty();
    }
    String message =
        "the open files limit of %s is %d (hard %d), asked %d"
            .formatted(report.process().comm(), limit.soft(), limit.hard(), minimum);
    return Optional.of(
        Finding.bad(
            Reason.OpenFilesBelowMinimum,
            message,
            limit.hard() >= minimum
                ? "let the server raise its soft limit (setrlimit) when it starts"
                : "raise LimitNOFILE of the container runtime on the node, or lower"
                    + " spec.openFiles.minimum"));
  }

  /** A port that was named is not served. */
  private static Optional<Finding> portNotListening(Desired desired, ServerReport report) {
    for (int wanted : desired.ports()) {
      boolean listening =
          report.ports().stream().anyMatch(p -> p.port() == wanted && p.listening());
      if (!listening) {
        return Optional.of(
            Finding.bad(
                Reason.PortNotListening,
                "nothing listens on port " + wanted,
                "correct spec.ports, or leave it out to look at every port"));
      }
    }
    return Optional.empty();
  }

  /** The sysctls are set, but no socket uses them. */
  private static Optional<Finding> keepaliveOff(Desired desired, ServerReport report) {
    return desired.keepalive().isEmpty()
        ? Optional.empty()
        : timers(desired, report)
            .filter(p -> !p.keepalive().running())
            .findFirst()
            .map(
                p ->
                    Finding.bad(
                        Reason.KeepaliveOff,
                        "the server does not switch SO_KEEPALIVE on for connections to port %d, so keepalive does not run"
                            .formatted(p.port()),
                        "switch it on in the server, for example http.createServer({keepAlive:"
                            + " true}) in Node.js"));
  }

  /** The application chose to wait longer than asked. */
  private static Optional<Finding> applicationOverrides(Desired desired, ServerReport report) {
    return desired
        .keepalive()
        .flatMap(
            asked ->
                timed(desired, report)
                    .filter(p -> idle(p) > asked.time() + TIMER_TOLERANCE_SECONDS)
                    .findFirst()
                    .map(
                        p ->
                            Finding.bad(
                                Reason.ApplicationOverrides,
                                "the server sets an idle time of %d s itself for connections to port %d, asked %d s"
                                    .formatted(idle(p), p.port(), asked.time()),
                                "change TCP_KEEPIDLE in the server")));
  }

  /** Keepalive was asked for, and no connection showed it; of ports that are named, each must. */
  private static Optional<Finding> keepaliveNotSeen(Desired desired, ServerReport report) {
    List<Integer> seen = timed(desired, report).map(ServerReport.Port::port).toList();
    boolean enough = !seen.isEmpty() && seen.containsAll(desired.ports());
    if (desired.keepalive().isEmpty() || enough) {
      return Optional.empty();
    }
    // Every key is read, so kernels that lack one leave an error that has nothing to do with this.
    String problem =
        report.errors().stream()
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
            "see that the server listens, then kubectl annotate wst --all --overwrite "
                + Markers.OBSERVE
                + "=$(date +%s)"));
  }

  /** The application probes sooner by itself. Its interval and count cannot be read. */
  private static Optional<Finding> stricterThanRequested(Desired desired, ServerReport report) {
    Optional<Keepalive> keepalive = desired.keepalive();
    return keepalive.flatMap(
        asked ->
            timed(desired, report)
                .filter(p -> idle(p) < asked.time() - TIMER_TOLERANCE_SECONDS)
                .findFirst()
                .map(
                    p ->
                        Finding.good(
                            Reason.StricterThanRequested,
                            "the server sends its first probe after %d s by itself, asked %d s"
                                .formatted(idle(p), asked.time()))));
  }

  private static Stream<ServerReport.Port> timers(Desired desired, ServerReport report) {
    return report.ports().stream()
        .filter(p -> desired.ports().isEmpty() || desired.ports().contains(p.port()))
        .filter(p -> p.listening() && p.keepalive() != null);
  }

  /** Those whose timer also shows when it will fire; the kernel does not always tell. */
  private static Stream<ServerReport.Port> timed(Desired desired, ServerReport report) {
    return timers(desired, report)
        .filter(p -> p.keepalive().running() && p.keepalive().idleSeconds() != null);
  }

  private static int idle(ServerReport.Port port) {
    return port.keepalive().idleSeconds();
  }
}
