package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.api.v1alpha1.Methods;
import dev.wstuning.operator.api.v1alpha1.Methods.OpenFilesMethod;
import dev.wstuning.operator.api.v1alpha1.Methods.SocketMethod;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Mode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.pod.plan.SocketMechanism.By;
import dev.wstuning.operator.sysctl.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decides what a new pod gets: from the resource and its context to the plan. */
public final class Planner {

  private static final String NEEDS_PRIVILEGE =
      "needs a privileged init container, or Preload in methods.sockets";

  private final WebSocketTuningSpec spec;
  private final Methods methods;
  private final Targets targets;
  private final PlanContext planContext;

  private Planner(WebSocketTuningSpec spec, PlanContext planContext) {
    this.spec = spec;
    this.methods = spec.methodsOrDefault();
    this.targets = Targets.of(spec);
    this.planContext = planContext;
  }

  /** The plan for pods that {@code spec} selects. The spec has passed the API server. */
  public static TuningPlan plan(WebSocketTuningSpec spec, PlanContext planContext) {
    return new Planner(spec, planContext).plan();
  }

  private TuningPlan plan() {
    if (spec.modeOrDefault() == Mode.Observe) {
      return nothing("mode is Observe; pods are not modified");
    }
    if (spec.viaOrDefault() == Via.NodeAgent && wantsSomething()) {
      return byNode();
    }
    if (targets.sysctls().isEmpty() && targets.sockets().isEmpty()) {
      return openFiles().isPresent()
          ? unprivileged("open files need no privileged init container")
          : nothing(
              targets.openFiles().isPresent()
                  ? "methods.openFiles allows nothing; pods are not modified"
                  : "there is nothing to set; pods are not modified");
    }
    Optional<String> refused = planContext.noPrivilege();
    return switch (methods.privilegeOrDefault()) {
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

  private boolean wantsSomething() {
    return !targets.sysctls().isEmpty()
        || targets.sockets().isPresent()
        || (targets.openFiles().isPresent() && !methods.allowedOpenFiles().isEmpty());
  }

  /** No pod needs privilege for it, so what a namespace admits does not matter. */
  private TuningPlan byNode() {
    boolean programs = methods.allowedSockets().contains(SocketMethod.Programs);
    Optional<SocketMechanism> sockets =
        targets.sockets().filter(o -> programs).map(o -> new SocketMechanism(By.Programs, o));
    Optional<OpenFilesPlan> limits =
        openFiles()
            .filter(OpenFilesPlan::nodeAgent)
            .map(o -> new OpenFilesPlan(o.limits(), true, false, false));
    List<NotPossible> notPossible =
        new ArrayList<>(
            onSocketsAlone(sockets, "the node agent needs Programs in methods.sockets"));
    if (openFiles().isPresent() && limits.isEmpty()) {
      notPossible.add(
          new NotPossible("openFiles", "the node agent needs NodeAgent in methods.openFiles"));
    }
    return plan(
        targets.sysctls().isEmpty() && sockets.isEmpty()
            ? SysctlMechanism.NONE
            : SysctlMechanism.NODE_AGENT,
        "via is NodeAgent",
        targets.sysctls(),
        sockets,
        limits,
        notPossible);
  }

  private TuningPlan privileged(String reason) {
    Optional<SocketMechanism> sockets =
        methods.allowedSockets().contains(SocketMethod.Programs)
            ? targets.sockets().map(o -> new SocketMechanism(By.Programs, o))
            : library();
    SysctlMechanism mechanism =
        targets.sysctls().isEmpty() && !usesPrograms(sockets)
            ? SysctlMechanism.NONE
            : SysctlMechanism.INIT_CONTAINER;
    return plan(
        mechanism, reason, targets.sysctls(), sockets, onSocketsAlone(sockets, NEEDS_PRIVILEGE));
  }

  private static boolean usesPrograms(Optional<SocketMechanism> sockets) {
    return sockets.filter(s -> s.by() == By.Programs).isPresent();
  }

  private TuningPlan unprivileged(String reason) {
    int minor = planContext.safeSysctlsOf();
    List<Setting> safe = targets.sysctls().stream().filter(s -> s.sysctl().safeIn(minor)).toList();
    Optional<SocketMechanism> sockets = library();
    List<NotPossible> notPossible = new ArrayList<>();
    targets.asked().stream()
        .filter(s -> !s.sysctl().safeIn(minor))
        .map(s -> new NotPossible(s.sysctl().key(), unsafe(minor)))
        .forEach(notPossible::add);
    notPossible.addAll(onSocketsAlone(sockets, NEEDS_PRIVILEGE));
    return plan(
        safe.isEmpty() ? SysctlMechanism.NONE : SysctlMechanism.POD_SECURITY_CONTEXT,
        reason,
        safe,
        sockets,
        notPossible);
  }

  private Optional<SocketMechanism> library() {
    return methods.allowedSockets().contains(SocketMethod.Preload)
        ? targets.sockets().map(o -> new SocketMechanism(By.Preload, o))
        : Optional.empty();
  }

  private String unsafe(int minor) {
    return planContext.pinned()
        ? "Pod Security as of version 1.%d refuses it without privilege".formatted(minor)
        : "Kubernetes 1.%d calls it unsafe, so it needs privilege".formatted(minor);
  }

  /**
   * Wishes that remain unfulfilled if nothing sets options on sockets. Keepalive is not among them,
   * because sysctls set it for servers that switch it on themselves.
   *
   * @param needs what would set them
   */
  private List<NotPossible> onSocketsAlone(Optional<SocketMechanism> sockets, String needs) {
    if (sockets.isPresent() || targets.sockets().isEmpty()) {
      return List.of();
    }
    String reason = methods.allowedSockets().isEmpty() ? "methods.sockets is empty" : needs;
    List<String> fields =
        spec.deadPeers() != null ? List.of("deadPeers") : targets.sockets().get().fields();
    return fields.stream()
        .filter(field -> !field.equals("keepalive"))
        .map(field -> new NotPossible(field, reason))
        .toList();
  }

  private List<NotPossible> everything() {
    return Stream.concat(
            targets.sysctls().stream().map(s -> s.sysctl().key()),
            targets.sockets().stream().flatMap(o -> o.fields().stream()))
        .map(setting -> new NotPossible(setting, "needs a privileged init container"))
        .toList();
  }

  private TuningPlan nothing(String reason) {
    return plan(
        SysctlMechanism.NONE, reason, List.of(), Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * The part of a plan that needs no privilege, if the tuning insists on privilege and cannot get
   * it.
   */
  private TuningPlan openFilesAlone(String reason) {
    return plan(SysctlMechanism.NONE, reason, List.of(), Optional.empty(), everything());
  }

  private TuningPlan plan(
      SysctlMechanism mechanism,
      String reason,
      List<Setting> settings,
      Optional<SocketMechanism> sockets,
      List<NotPossible> notPossible) {
    return plan(mechanism, reason, settings, sockets, openFiles(), notPossible);
  }

  private TuningPlan plan(
      SysctlMechanism mechanism,
      String reason,
      List<Setting> settings,
      Optional<SocketMechanism> sockets,
      Optional<OpenFilesPlan> openFiles,
      List<NotPossible> notPossible) {
    return new TuningPlan(
        PlanHash.of(spec),
        mechanism,
        reason,
        settings,
        sockets,
        openFiles,
        Optional.ofNullable(spec.container()),
        notPossible,
        spec.tuningErrorOrDefault(),
        spec.viaOrDefault());
  }

  private Optional<OpenFilesPlan> openFiles() {
    Set<OpenFilesMethod> allowed = methods.allowedOpenFiles();
    return allowed.isEmpty()
        ? Optional.empty()
        : targets
            .openFiles()
            .map(
                limits ->
                    new OpenFilesPlan(
                        limits,
                        allowed.contains(OpenFilesMethod.NodeAgent),
                        allowed.contains(OpenFilesMethod.Launcher),
                        allowed.contains(OpenFilesMethod.Preload)));
  }
}
