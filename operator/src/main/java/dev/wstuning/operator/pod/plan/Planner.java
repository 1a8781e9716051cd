package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Mode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.sysctl.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what a new pod gets: from the resource and its context to the plan. */
public final class Planner {

  private static final String BY_SOCKETS = "needs a privileged init container, or preload: Allowed";

  private final WebSocketTuningSpec spec;
  private final Targets targets;
  private final PlanContext planContext;

  private Planner(WebSocketTuningSpec spec, PlanContext planContext) {
    this.spec = spec;
    this.targets = Targets.of(spec);
    this.planContext = planContext;
  }

  /** The plan for pods that {@code spec} selects. The spec has passed the API server. */
  public static TuningPlan plan(WebSocketTuningSpec spec, PlanContext planContext) {
    return new Planner(spec, planContext).plan();
  }

  private TuningPlan plan() {
    if (spec.modeOrDefault() == Mode.Observe) {
      return nothing("mode is Observe: nothing is injected", List.of());
    }
    if (targets.sysctls().isEmpty() && targets.sockets().isEmpty()) {
      return targets.openFiles().isPresent()
          ? unprivileged("open files need no privileged init container")
          : nothing("the resource asks for no setting: nothing is injected", List.of());
    }
    Optional<String> refused = planContext.noPrivilege();
    return switch (spec.privilegeOrDefault()) {
      case Privileged ->
          refused
              .map(why -> openFilesAlone("privilege is Privileged, but " + why))
              .orElseGet(() -> privileged("privilege is Privileged"));
      case Unprivileged -> unprivileged("privilege is Unprivileged");
      case Auto ->
          refused
              .map(this::unprivileged)
              .orElseGet(() -> privileged("this namespace admits privileged pods"));
    };
  }

  private TuningPlan privileged(String reason) {
    return new TuningPlan(
        SysctlMechanism.INIT_CONTAINER,
        reason,
        targets.sysctls(),
        targets.sockets().map(o -> (SocketMechanism) new SocketMechanism.Programs(o)),
        openFiles(),
        List.of(),
        onError());
  }

  private TuningPlan unprivileged(String reason) {
    int minor = planContext.safeSysctlsOf();
    List<Setting> safe = targets.sysctls().stream().filter(s -> s.sysctl().safeIn(minor)).toList();
    Optional<SocketMechanism> sockets =
        targets
            .sockets()
            .filter(options -> spec.preloadAllowed())
            .map(
                o ->
                    (SocketMechanism)
                        new SocketMechanism.Preload(o, Optional.ofNullable(spec.container())));
    List<String> notPossible = new ArrayList<>();
    targets.asked().stream()
        .filter(s -> !s.sysctl().safeIn(minor))
        .map(s -> s + ": " + unsafe(minor))
        .forEach(notPossible::add);
    if (sockets.isEmpty()) {
      notPossible.addAll(onSocketsAlone());
    }
    return new TuningPlan(
        safe.isEmpty() ? SysctlMechanism.NONE : SysctlMechanism.POD_SECURITY_CONTEXT,
        reason,
        safe,
        sockets,
        openFiles(),
        notPossible,
        onError());
  }

  private String unsafe(int minor) {
    return planContext.pinned()
        ? "Pod Security as of version 1.%d refuses it without privilege".formatted(minor)
        : "Kubernetes 1.%d calls it unsafe, it needs privilege".formatted(minor);
  }

  /** Wishes that sysctls cannot stand in for. Keepalive is none: servers may switch it on. */
  private List<String> onSocketsAlone() {
    if (spec.deadPeers() != null) {
      return List.of("deadPeers: " + BY_SOCKETS);
    }
    return targets.sockets().stream()
        .flatMap(
            o ->
                Stream.of(
                    Optional.of("userTimeoutSeconds")
                        .filter(n -> o.userTimeoutSeconds().isPresent()),
                    Optional.of("applicationKeepalive Override").filter(n -> o.override())))
        .flatMap(Optional::stream)
        .map(wish -> wish + ": " + BY_SOCKETS)
        .toList();
  }

  private List<String> everything() {
    return Stream.concat(
            targets.sysctls().stream().map(Setting::toString),
            targets.sockets().stream().map(SocketOptions::toString))
        .map(wish -> wish + ": needs a privileged init container")
        .toList();
  }

  private TuningPlan nothing(String reason, List<String> notPossible) {
    return new TuningPlan(
        SysctlMechanism.NONE,
        reason,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        notPossible,
        onError());
  }

  /** What needs no privilege of a plan that was to be privileged or nothing. */
  private TuningPlan openFilesAlone(String reason) {
    return new TuningPlan(
        SysctlMechanism.NONE,
        reason,
        List.of(),
        Optional.empty(),
        openFiles(),
        everything(),
        onError());
  }

  private Optional<OpenFilesPlan> openFiles() {
    return targets
        .openFiles()
        .map(
            limits ->
                new OpenFilesPlan(
                    limits,
                    Optional.ofNullable(spec.container()),
                    spec.launcherAllowed(),
                    spec.preloadAllowed()));
  }

  private TuningError onError() {
    return spec.tuningErrorOrDefault();
  }
}
