package dev.wstuning.operator.tuning;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Mode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.SysctlSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Decides what a new pod gets: from the resource and its surroundings to the plan. */
public final class Planner {

  private Planner() {}

  /** The plan for pods that {@code spec} selects. The spec has passed the API server. */
  public static TuningPlan plan(WebSocketTuningSpec spec, Surroundings surroundings) {
    List<Setting> wanted = wanted(spec);
    if (spec.modeOrDefault() == Mode.Observe) {
      return nothing(spec, "mode is Observe: nothing is injected", List.of());
    }
    if (wanted.isEmpty()) {
      return nothing(spec, "the resource asks for no sysctl: nothing is injected", List.of());
    }
    return switch (spec.privilegeOrDefault()) {
      case Privileged ->
          surroundings.privilegedAdmitted()
              ? initContainer(spec, wanted, "privilege is Privileged")
              : nothing(
                  spec,
                  "privilege is Privileged, but Pod Security %s of this namespace refuses privileged pods"
                      .formatted(surroundings.podSecurityLevel()),
                  wanted.stream().map(s -> s + ": needs a privileged init container").toList());
      case Unprivileged -> securityContext(spec, wanted, surroundings, "privilege is Unprivileged");
      case Auto ->
          surroundings.privilegedAdmitted()
              ? initContainer(spec, wanted, "this namespace admits privileged pods")
              : securityContext(
                  spec,
                  wanted,
                  surroundings,
                  "Pod Security %s of this namespace refuses privileged pods"
                      .formatted(surroundings.podSecurityLevel()));
    };
  }

  /** What the resource asks for, by key: the order must not depend on how it was written. */
  public static List<Setting> wanted(WebSocketTuningSpec spec) {
    List<Setting> settings = new ArrayList<>();
    if (spec.keepalive() != null) {
      settings.addAll(Keepalive.of(spec.keepalive()).settings());
    }
    for (SysctlSetting s : spec.sysctlsOrEmpty()) {
      Sysctl.ofKey(s.name()).ifPresent(key -> settings.add(new Setting(key, s.value())));
    }
    settings.sort(Comparator.comparing(Setting::sysctl));
    return List.copyOf(settings);
  }

  private static TuningPlan initContainer(
      WebSocketTuningSpec spec, List<Setting> wanted, String reason) {
    return new TuningPlan(
        Mechanism.INIT_CONTAINER, reason, wanted, List.of(), spec.tuningErrorOrDefault());
  }

  private static TuningPlan securityContext(
      WebSocketTuningSpec spec, List<Setting> wanted, Surroundings surroundings, String reason) {
    int minor = surroundings.kubernetesMinor();
    List<Setting> safe = wanted.stream().filter(s -> s.sysctl().safeIn(minor)).toList();
    List<String> unsafe =
        wanted.stream()
            .filter(s -> !s.sysctl().safeIn(minor))
            .map(s -> s + ": Kubernetes 1.%d calls it unsafe, it needs privilege".formatted(minor))
            .toList();
    return safe.isEmpty()
        ? nothing(spec, reason, unsafe)
        : new TuningPlan(
            Mechanism.POD_SECURITY_CONTEXT, reason, safe, unsafe, spec.tuningErrorOrDefault());
  }

  private static TuningPlan nothing(
      WebSocketTuningSpec spec, String reason, List<String> notPossible) {
    return new TuningPlan(
        Mechanism.NONE, reason, List.of(), notPossible, spec.tuningErrorOrDefault());
  }
}
