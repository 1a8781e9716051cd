package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Mode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Privilege;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.plan.Surroundings;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.plan.Wanted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What pods are measured against.
 *
 * @param notUnderstood what of the resource this version of the operator cannot read
 * @param surroundings what the namespace and the cluster admit
 * @param plan for a pod without peculiarities
 * @param planInUserNamespace for a pod with a user namespace of its own
 * @param rejectsUntuned whether pods are refused while the webhook does not answer
 * @param insistsOnPrivilege whether pods shall get a privileged init container or nothing
 * @param wanted all that is asked for, also what the plan cannot do
 * @param withinSeconds the outcome asked for: how long a dead peer may live at most
 * @param balancerIdleSeconds when a load balancer cuts idle connections
 * @param connections how many one pod shall hold
 * @param kibibytesEach what one needs in the server's memory
 * @param ports the ports that matter; empty for all
 * @param container the name of the server's container as asked for; null if it is left to the pod
 * @param probe whether observers may open connections
 * @param serverLog whether the server's log may be read
 */
public record Desired(
    Mode mode,
    boolean rejectsUntuned,
    boolean insistsOnPrivilege,
    NotUnderstood notUnderstood,
    Surroundings surroundings,
    TuningPlan plan,
    TuningPlan planInUserNamespace,
    Wanted wanted,
    OptionalInt withinSeconds,
    OptionalInt balancerIdleSeconds,
    OptionalLong connections,
    OptionalInt kibibytesEach,
    List<Integer> ports,
    String container,
    boolean probe,
    boolean serverLog) {

  public static Desired of(WebSocketTuning tuning, Surroundings surroundings) {
    WebSocketTuningSpec spec = tuning.getSpec();
    return new Desired(
        spec.modeOrDefault(),
        spec.operatorDownOrDefault() == OperatorDown.Reject,
        spec.privilegeOrDefault() == Privilege.Privileged,
        tuning.notUnderstood(),
        surroundings,
        Planner.plan(spec, surroundings),
        Planner.plan(spec, surroundings.inUserNamespace()),
        Wanted.of(spec),
        spec.deadPeers() == null
            ? OptionalInt.empty()
            : OptionalInt.of(spec.deadPeers().withinSeconds()),
        spec.loadBalancerIdleSeconds() == null
            ? OptionalInt.empty()
            : OptionalInt.of(spec.loadBalancerIdleSeconds()),
        spec.connections() == null
            ? OptionalLong.empty()
            : OptionalLong.of(spec.connections().perPod()),
        spec.connections() == null || spec.connections().kibibytesEach() == null
            ? OptionalInt.empty()
            : OptionalInt.of(spec.connections().kibibytesEach()),
        spec.portsOrEmpty(),
        spec.container(),
        spec.probeAllowed(),
        spec.serverLogRead());
  }

  /** The same for one pod: what it can get depends on the pod, too. */
  public Desired in(PodFacts pod) {
    return pod.userNamespace() && !plan.equals(planInUserNamespace)
        ? new Desired(
            mode,
            rejectsUntuned,
            insistsOnPrivilege,
            notUnderstood,
            surroundings.inUserNamespace(),
            planInUserNamespace,
            planInUserNamespace,
            wanted,
            withinSeconds,
            balancerIdleSeconds,
            connections,
            kibibytesEach,
            ports,
            container,
            probe,
            serverLog)
        : this;
  }

  /** Whether it is known what the resource asks for. */
  public boolean readable() {
    return notUnderstood.values().isEmpty();
  }

  /** Whether a port of the server is one of those that matter. */
  public boolean concerns(int port) {
    return ports.isEmpty() || ports.contains(port);
  }

  public Optional<Keepalive> keepalive() {
    return wanted.sockets().flatMap(SocketOptions::keepalive);
  }

  public OptionalInt userTimeoutSeconds() {
    return wanted.sockets().map(SocketOptions::userTimeoutSeconds).orElse(OptionalInt.empty());
  }

  public OptionalLong openFilesMinimum() {
    return wanted.openFiles().map(OpenFiles::minimum).orElse(OptionalLong.empty());
  }

  public OptionalLong openFilesMaximum() {
    return wanted.openFiles().map(OpenFiles::maximum).orElse(OptionalLong.empty());
  }

  public boolean observeOnly() {
    return mode == Mode.Observe;
  }
}
