package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.Methods;
import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Hop;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Mode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.guardrail.Refusal;
import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.plan.Targets;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.sysctl.Setting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What pods of one kind are measured against.
 *
 * @param notUnderstood what this version of the operator cannot read in the resource
 * @param methods how pods may be tuned
 * @param planContext what the namespace and the cluster admit
 * @param plan what new pods get
 * @param rejectsUntuned whether pods are refused while the webhook does not answer
 * @param insistsOnPrivilege whether pods must get a privileged init container or nothing
 * @param targets everything that is wanted, also what the plan cannot do
 * @param withinSeconds the wanted outcome: how long a dead peer may live at most
 * @param balancerIdleSeconds when a load balancer cuts idle connections
 * @param connections how many one pod should hold
 * @param memoryEach bytes of the server's memory that one needs
 * @param ports the ports that matter; empty for all
 * @param container the name of the server's container in the resource; empty if the pod decides
 * @param probe whether observers may open connections
 * @param serverLog whether the server's log may be read
 */
public record Expectation(
    Mode mode,
    boolean rejectsUntuned,
    boolean insistsOnPrivilege,
    Methods methods,
    NotUnderstood notUnderstood,
    PlanContext planContext,
    TuningPlan plan,
    Targets targets,
    OptionalInt withinSeconds,
    OptionalInt balancerIdleSeconds,
    OptionalLong connections,
    OptionalLong memoryEach,
    List<Integer> ports,
    Optional<String> container,
    boolean probe,
    boolean serverLog) {

  public static Expectation of(WebSocketTuning tuning, PlanContext planContext) {
    WebSocketTuningSpec spec = tuning.getSpec();
    return new Expectation(
        spec.modeOrDefault(),
        spec.operatorDownOrDefault() == OperatorDown.Reject,
        spec.methodsOrDefault().privilegeOrDefault() == Privilege.Privileged,
        spec.methodsOrDefault(),
        tuning.notUnderstood(),
        planContext,
        Planner.plan(spec, planContext),
        Targets.of(spec),
        spec.deadPeers() == null
            ? OptionalInt.empty()
            : OptionalInt.of(spec.deadPeers().withinSeconds()),
        spec.firstToCut().stream().mapToInt(Hop::idleSeconds).findFirst(),
        spec.connections() == null
            ? OptionalLong.empty()
            : OptionalLong.of(spec.connections().perPod()),
        spec.connections() == null ? OptionalLong.empty() : spec.connections().memoryEachBytes(),
        spec.portsOrEmpty(),
        Optional.ofNullable(spec.container()),
        spec.probeAllowed(),
        spec.serverLogRead());
  }

  /**
   * What is to be known of the servers.
   *
   * @param request what a user wrote to have them observed again; empty if nothing
   */
  public ObserveCommand question(String request) {
    return new ObserveCommand(
        ports,
        probe,
        targets.sysctls().stream().map(Setting::sysctl).collect(Collectors.toSet()),
        request);
  }

  /** Why nothing may be changed in the namespace; empty if it may. */
  public Optional<Refusal> untouched() {
    return planContext.allowance().change();
  }

  /** Whether it is known what the resource wants. */
  public boolean readable() {
    return notUnderstood.values().isEmpty();
  }

  /** Whether a port of the server is one of those that matter. */
  public boolean concerns(int port) {
    return ports.isEmpty() || ports.contains(port);
  }

  public Optional<Keepalive> keepalive() {
    return targets.sockets().flatMap(SocketOptions::keepalive);
  }

  public OptionalInt userTimeoutSeconds() {
    return targets.sockets().map(SocketOptions::userTimeoutSeconds).orElse(OptionalInt.empty());
  }

  public OptionalLong openFilesMinimum() {
    return targets.openFiles().map(OpenFiles::minimum).orElse(OptionalLong.empty());
  }

  public OptionalLong openFilesMaximum() {
    return targets.openFiles().map(OpenFiles::maximum).orElse(OptionalLong.empty());
  }

  public boolean observeOnly() {
    return mode == Mode.Observe;
  }
}
