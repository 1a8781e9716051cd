package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.plan.SysctlMechanism;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Optional;

/** The rule about the sysctls of a pod's network namespace, and what set those that differ. */
final class SysctlRules {

  private SysctlRules() {}

  /** A sysctl does not have the wanted value. */
  static Optional<Finding> differs(Expectation expectation, Inspection pod) {
    return expectation.targets().asked().stream()
        .filter(setting -> !holds(pod, setting))
        .findFirst()
        .map(setting -> differs(expectation, pod, setting));
  }

  private static boolean holds(Inspection pod, Setting setting) {
    String value = value(pod, setting);
    return value != null && Sysctl.normalise(value).equals(setting.value());
  }

  private static String value(Inspection pod, Setting setting) {
    return pod.report().values().get(setting.sysctl().ordinal());
  }

  private static Finding differs(Expectation expectation, Inspection pod, Setting setting) {
    String key = setting.sysctl().key();
    String value = value(pod, setting);
    String seen = value == null ? absent(pod.report(), setting) : Sysctl.normalise(value);
    String what = "%s is %s, want %s".formatted(key, seen, setting.value());
    PodFacts facts = pod.pod().facts();
    if (setByPod(pod, setting)) {
      return Finding.bad(
          TuningReason.SysctlDiffers,
          what + "; the pod itself sets it, in securityContext.sysctls",
          writtenOver(expectation, pod)
              ? new Remedy.RestartPod()
              : new Remedy.Advice(
                  removal(pod, setting) + ", or write %s in the tuning".formatted(seen)));
    }
    if (value != null && startedWith(pod, setting)) {
      return Finding.bad(
          TuningReason.SysctlDiffers,
          what + "; the pod started with the wanted value, and something changed it since",
          "find what sets it (an init container or the server of %s, or a program on the node) and remove that, or write %s in the tuning"
              .formatted(owner(facts), seen));
    }
    return Finding.bad(
        TuningReason.SysctlDiffers,
        what,
        expectation.observeOnly()
            ? new Remedy.Advice("set spec.mode to Tune")
            : new Remedy.RestartPod());
  }

  /** What follows from the wanted outcome and the pod itself sets otherwise; empty for nothing. */
  static Optional<Setting> replacedByPod(Expectation expectation, Inspection pod) {
    return expectation.targets().derived().stream()
        .filter(setting -> !holds(pod, setting) && setByPod(pod, setting))
        .filter(setting -> !writtenOver(expectation, pod))
        .findFirst();
  }

  private static boolean setByPod(Inspection pod, Setting setting) {
    String value = value(pod, setting);
    return value != null
        && !perhapsOurs(pod.pod())
        && Sysctl.normalise(value).equals(pod.pod().facts().sysctls().get(setting.sysctl().key()));
  }

  /** Whether what differs may have been added to the pod's own when it was admitted. */
  private static boolean perhapsOurs(ObservedPod pod) {
    return pod.facts().plan().isPresent() && pod.coverage() != Coverage.CURRENT;
  }

  /** What to do about a key that the pod itself sets. */
  static String removal(Inspection pod, Setting setting) {
    return "remove %s from securityContext.sysctls of %s"
        .formatted(setting.sysctl().key(), owner(pod.pod().facts()));
  }

  /** Whether a new pod would have an init container that writes over what the pod itself sets. */
  private static boolean writtenOver(Expectation expectation, Inspection pod) {
    return expectation.plan().mechanism() == SysctlMechanism.INIT_CONTAINER
        && pod.pod().coverage() != Coverage.CURRENT;
  }

  /** Whether the kubelet set it, or our init container wrote it and read it back. */
  private static boolean startedWith(Inspection pod, Setting setting) {
    PodFacts facts = pod.pod().facts();
    boolean written =
        facts.tuner().flatMap(InjectedTuner::believed).stream()
            .anyMatch(command -> command.settings().contains(setting));
    boolean readBack =
        (pod.pod().boot().openFilesGiven().isPresent() || facts.appliedByNode())
            && pod.pod().boot().problems().sysctls().isEmpty()
            && pod.pod().boot().problems().report().isEmpty();
    return (written && readBack)
        || setting.value().equals(facts.sysctls().get(setting.sysctl().key()));
  }

  private static String absent(ServerReport report, Setting setting) {
    boolean missing =
        !report.unread().contains(setting.sysctl().ordinal()) && !report.hasUnclearErrors();
    return missing ? "missing in this kernel" : "not readable";
  }

  private static String owner(PodFacts facts) {
    return facts.workload().map(Workload::toString).orElse("pod/" + facts.name());
  }
}
