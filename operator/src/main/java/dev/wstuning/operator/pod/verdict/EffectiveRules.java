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
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The rules by which one running pod is effective or not. */
public final class EffectiveRules {

  private static final List<BiFunction<Expectation, Inspection, Optional<Finding>>> RULES =
      List.of(
          SysctlRules::differs,
          OpenFilesRules::belowMinimum,
          OpenFilesRules::aboveMaximum,
          CapacityRules::tooSmall,
          OpenFilesRules::processAmbiguous,
          PortRules::portsNotReported,
          PortRules::portNotListening,
          PortRules::portsUnclear,
          PortRules::portsDiffer,
          KeepaliveRules::keepaliveOff,
          KeepaliveRules::applicationOverrides,
          DeadPeerRules::userTimeoutOff,
          DeadPeerRules::deadPeersLate,
          KeepaliveRules::keepaliveNotSeen,
          KeepaliveRules::perhapsStricter,
          CapacityRules::eventLoopUnclear,
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
            silent ->
                new JudgedPod(
                    pod,
                    expectation,
                    silent.before().map(before -> Inspection.of(expectation, pod, before.report())),
                    understood(expectation, () -> notListening(expectation, pod))),
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

  /** It may listen later, or serve something else. */
  private static Finding notListening(Expectation expectation, ObservedPod pod) {
    if (!pod.facts().isServerReady(expectation.container())) {
      return Finding.unknown(
          TuningReason.NotListening,
          "the server listened on no port while it was observed, and is not ready; it is observed again when it is",
          "find out why it is not ready: kubectl -n %s describe pod %s"
              .formatted(pod.facts().namespace(), pod.facts().name()));
    }
    return Finding.unknown(
        TuningReason.NotListening,
        "the server listened on no port while it was observed; it is observed again within an hour",
        "wait, or run %s when it listens; if these pods serve no WebSockets, narrow spec.selector"
            .formatted(KeepaliveRules.observeAgain(pod.facts())));
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
    Finding finding =
        Rules.given(expectation, RULES)
            .judge(
                inspection,
                () -> Finding.good(TuningReason.Effective, "the server has the wanted limits"));
    return inspection.pod().coverage().staysUntuned()
            && finding.remedy() instanceof Remedy.RestartPod
        ? finding.withRemedy(
            new Remedy.Advice("see the condition Applied, which shows why the pod is not tuned"))
        : finding;
  }
}
