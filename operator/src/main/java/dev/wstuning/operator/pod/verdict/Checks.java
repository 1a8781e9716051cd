package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.Desired;
import dev.wstuning.operator.pod.observation.LookedAt;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Observation;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The rules by which one running pod is effective or not. They are asked in order; the first that
 * has something to say decides.
 */
public final class Checks {

  private static final List<BiFunction<Desired, LookedAt, Optional<Finding>>> RULES =
      List.of(
          Checks::sysctlDiffers,
          OpenFilesChecks::belowMinimum,
          OpenFilesChecks::aboveMaximum,
          Checks::portsNotReported,
          Checks::portNotListening,
          KeepaliveChecks::keepaliveOff,
          KeepaliveChecks::applicationOverrides,
          DeadPeerChecks::userTimeoutOff,
          DeadPeerChecks::deadPeersLate,
          KeepaliveChecks::keepaliveNotSeen,
          KeepaliveChecks::perhapsStricter,
          DeadPeerChecks::balancerCutsFirst,
          DeadPeerChecks::behindProxy,
          KeepaliveChecks::stricterThanRequested);

  /** How the observer begins to say that its report had no room for all ports. */
  private static final String LEFT_OUT = "ports left out: ";

  private Checks() {}

  /** The verdict on a pod that runs. */
  public static Finding effective(Desired all, ObservedPod pod) {
    Optional<Finding> unreadable = Understanding.unreadable(all.notUnderstood());
    if (unreadable.isPresent()) {
      return unreadable.get();
    }
    Desired desired = all.in(pod.facts());
    Observation observation = pod.observation();
    if (observation instanceof Observation.Seen seen) {
      LookedAt lookedAt = LookedAt.of(desired, pod, seen.report());
      return RULES.stream()
          .flatMap(rule -> rule.apply(desired, lookedAt).stream())
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
  private static Optional<Finding> sysctlDiffers(Desired desired, LookedAt pod) {
    for (Setting setting : desired.wanted().asked()) {
      String value = pod.report().values().get(setting.sysctl().ordinal());
      if (value == null || !Sysctl.normalise(value).equals(setting.value())) {
        return Optional.of(
            Finding.bad(
                Reason.SysctlDiffers,
                "%s is %s, asked %s"
                    .formatted(
                        setting.sysctl().key(),
                        value == null ? "not readable" : Sysctl.normalise(value),
                        setting.value()),
                desired.observeOnly() ? "set spec.mode to Tune" : Remedies.RESTART));
      }
    }
    return Optional.empty();
  }

  /** Some ports were looked at, and there was no room to say what they showed. */
  private static Optional<Finding> portsNotReported(Desired desired, LookedAt pod) {
    return pod.report().errors().stream()
        .filter(e -> e.startsWith(LEFT_OUT))
        .findFirst()
        .map(
            e ->
                Finding.unknown(
                    Reason.PortsNotReported,
                    "the observer's report had no room for all ports; " + e,
                    "name the ports of WebSockets in spec.ports, the fewer the better"));
  }

  /** A port that was named is not served. */
  private static Optional<Finding> portNotListening(Desired desired, LookedAt pod) {
    for (int wanted : desired.ports()) {
      boolean listening =
          pod.report().ports().stream().anyMatch(p -> p.port() == wanted && p.listening());
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
}
