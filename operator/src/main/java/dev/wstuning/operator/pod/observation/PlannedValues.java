package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.pod.injection.UlimitAnnotation;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.SysctlMechanism;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Compares what a pod was given with what a plan gives. */
final class PlannedValues {

  private PlannedValues() {}

  /** Whether a pod with the plan's wishes got them in the form that the plan gives. */
  static boolean carriedBy(PodFacts pod, TuningPlan plan) {
    return sameCommand(pod, plan)
        && (plan.mechanism() != SysctlMechanism.POD_SECURITY_CONTEXT
            || pod.sysctls().keySet().containsAll(planned(plan).keySet()));
  }

  /**
   * Whether a pod got the same values as the plan gives and no others, regardless of its wishes.
   */
  static boolean equalTo(PodFacts pod, TuningPlan plan) {
    Map<String, String> planned =
        plan.mechanism() == SysctlMechanism.POD_SECURITY_CONTEXT ? planned(plan) : Map.of();
    return sameCommand(pod, plan)
        && ours(pod.sysctls()).equals(planned)
        && UlimitAnnotation.fits(
            pod.annotations(),
            plan,
            pod.serverContainer(plan.container()),
            pod.tuner().isPresent());
  }

  /** Only these are ever planned; the pod may set others itself. */
  private static Map<String, String> ours(Map<String, String> sysctls) {
    return sysctls.entrySet().stream()
        .filter(e -> Sysctl.ofKey(e.getKey()).isPresent())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map<String, String> planned(TuningPlan plan) {
    return plan.settings().stream()
        .collect(Collectors.toMap(s -> s.sysctl().key(), Setting::value));
  }

  /** Ignores the hash in the command. */
  private static boolean sameCommand(PodFacts pod, TuningPlan plan) {
    boolean leftOut =
        pod.noPreload().isPresent()
            && (plan.byLibrary() || plan.openFiles().filter(OpenFilesPlan::helped).isPresent());
    Optional<TunerCommand> command =
        pod.tuner().flatMap(InjectedTuner::command).map(c -> c.withPlan(plan.hash()));
    boolean sameOnError =
        command.isEmpty() || pod.holdsOnFailure() == (plan.onError() == TuningError.Hold);
    return sameOnError && TunerCommand.fits(plan, command, leftOut);
  }
}
