package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.condition.Rules;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.Observation.Prospect;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The rules by which one running pod is effective or not. */
public final class EffectiveRules {

  private static final List<BiFunction<Expectation, Inspection, Optional<Finding>>> RULES =
      List.of(
          EffectiveRules::sysctlDiffers,
          OpenFilesRules::belowMinimum,
          OpenFilesRules::aboveMaximum,
          CapacityRules::tooSmall,
          EffectiveRules::portsNotReported,
          EffectiveRules::portNotListening,
          KeepaliveRules::keepaliveOff,
          KeepaliveRules::applicationOverrides,
          DeadPeerRules::userTimeoutOff,
          DeadPeerRules::deadPeersLate,
          KeepaliveRules::keepaliveNotSeen,
          KeepaliveRules::perhapsStricter,
          DeadPeerRules::balancerCutsFirst,
          DeadPeerRules::behindProxy,
          KeepaliveRules::stricterThanRequested);

  private EffectiveRules() {}

  /**
   * Judges one pod.
   *
   * @param expectation what this pod is measured against
   */
  public static JudgedPod judge(Expectation expectation, ObservedPod pod) {
    return pod.observation()
        .fold(
            reported -> {
              Inspection seen = Inspection.of(expectation, pod, reported.report());
              Finding finding = understood(expectation, () -> inspected(expectation, seen));
              return new JudgedPod(pod, expectation, Optional.of(seen), finding);
            },
            outdated ->
                new JudgedPod(
                    pod,
                    expectation,
                    Optional.of(Inspection.of(expectation, pod, outdated.before().report())),
                    understood(expectation, () -> outdated(pod, outdated))),
            pending -> unseen(expectation, pod, awaited(pending.state())),
            failed -> unseen(expectation, pod, failed(pod, failed)),
            () -> unseen(expectation, pod, ambiguous(pod)));
  }

  private static JudgedPod unseen(Expectation expectation, ObservedPod pod, Finding why) {
    return new JudgedPod(pod, expectation, Optional.empty(), understood(expectation, () -> why));
  }

  /** What is found, if it is known what the tuning wants. */
  private static Finding understood(Expectation expectation, Supplier<Finding> finding) {
    return Understanding.unreadable(expectation.notUnderstood()).orElseGet(finding);
  }

  private static Finding awaited(String state) {
    return Finding.unknown(TuningReason.NotObserved, state);
  }

  /** What an earlier start had proves nothing about the present one. */
  private static Finding outdated(ObservedPod pod, Observation.Outdated outdated) {
    return outdated.awaited()
        ? awaited(outdated.why())
        : Finding.unknown(
            TuningReason.ObservationOutdated, outdated.why(), next(pod, outdated.prospect()));
  }

  private static Finding failed(ObservedPod pod, Observation.Failed failed) {
    return Finding.unknown(
        TuningReason.ObservationFailed,
        "the server could not be observed: " + failed.problem(),
        next(pod, failed.prospect()));
  }

  /** How to get a report that is not on its way. */
  private static String next(ObservedPod pod, Prospect prospect) {
    String again = KeepaliveRules.observeAgain(pod.facts());
    return switch (prospect) {
      case COMING, ON_REQUEST -> again;
      case REFUSED ->
          "exempt ephemeral containers called %s* from what refuses them, then run %s"
              .formatted(Markers.OBSERVER_PREFIX, again);
      case NONE ->
          "kubectl -n %s describe pod %s".formatted(pod.facts().namespace(), pod.facts().name());
    };
  }

  private static Finding ambiguous(ObservedPod pod) {
    return Finding.bad(
        TuningReason.ContainerAmbiguous,
        "it is unclear which container runs the server: %s".formatted(pod.facts().containers()),
        "set spec.container to its name");
  }

  private static Finding inspected(Expectation expectation, Inspection inspection) {
    return Rules.given(expectation, RULES)
        .judge(
            inspection,
            () -> Finding.good(TuningReason.Effective, "the server has the wanted limits"));
  }

  /** A sysctl of the network namespace does not have the wanted value. */
  private static Optional<Finding> sysctlDiffers(Expectation expectation, Inspection pod) {
    for (Setting setting : expectation.targets().asked()) {
      String value = pod.report().values().get(setting.sysctl().ordinal());
      if (value == null || !Sysctl.normalise(value).equals(setting.value())) {
        return Optional.of(
            Finding.bad(
                TuningReason.SysctlDiffers,
                "%s is %s, want %s"
                    .formatted(
                        setting.sysctl().key(),
                        value == null ? absent(pod.report(), setting) : Sysctl.normalise(value),
                        setting.value()),
                expectation.observeOnly()
                    ? new Remedy.Advice("set spec.mode to Tune")
                    : new Remedy.RestartPod()));
      }
    }
    return Optional.empty();
  }

  private static String absent(ServerReport report, Setting setting) {
    boolean missing =
        !report.unread().contains(setting.sysctl().ordinal()) && !report.hasUnclearErrors();
    return missing ? "missing in this kernel" : "not readable";
  }

  /** The report left ports out, or perhaps did. */
  private static Optional<Finding> portsNotReported(Expectation expectation, Inspection pod) {
    ServerReport report = pod.report();
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
                "list the ports of WebSockets in spec.ports, and no others"));
  }

  /** Nothing listens on a port of spec.ports. */
  private static Optional<Finding> portNotListening(Expectation expectation, Inspection pod) {
    for (int wanted : expectation.ports()) {
      boolean listening =
          pod.report().ports().stream().anyMatch(p -> p.port() == wanted && p.listening());
      if (!listening) {
        return Optional.of(
            Finding.bad(
                TuningReason.PortNotListening,
                "nothing listens on port " + wanted,
                "correct spec.ports, or leave it out to look at every port"));
      }
    }
    return Optional.empty();
  }
}
