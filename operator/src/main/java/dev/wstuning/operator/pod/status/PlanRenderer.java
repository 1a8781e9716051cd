package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.Methods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.KeepaliveValues;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.NotPossible;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesRange;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Plan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ResolvedMethods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.SysctlValue;
import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.DeadPeerTime.Detection;
import dev.wstuning.operator.deadpeer.Retransmission;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.OpenFilesOrigin;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The resolved plan in the words of the status, with what it leads to. */
final class PlanRenderer {

  private PlanRenderer() {}

  static Plan of(Expectation expectation, boolean agentServes) {
    TuningPlan plan = expectation.plan();
    Optional<SocketOptions> set = plan.sockets().map(SocketMechanism::options);
    Optional<DeadPeerTime> time = set.map(options -> time(plan, options));
    return new Plan(
        plan.injects() ? plan.hash() : null,
        plan.mechanism().label(),
        plan.reason(),
        methods(expectation.methods()),
        plan.sockets().map(s -> s.by().name()).orElse(null),
        expectation
            .keepalive()
            .map(k -> new KeepaliveValues(k.time(), k.interval(), k.probes()))
            .orElse(null),
        orAbsent(expectation.userTimeoutSeconds()),
        set.map(options -> options.override() ? "Override" : "Respect").orElse(null),
        time.map(PlanRenderer::deadPeer).orElse(null),
        time.map(t -> t.toleratedOutage().toSeconds()).orElse(null),
        expectation
            .targets()
            .openFiles()
            .map(o -> new OpenFilesRange(orAbsent(o.minimum()), orAbsent(o.maximum())))
            .orElse(null),
        openFilesBy(plan, agentServes),
        plan.settings().stream().map(s -> new SysctlValue(s.sysctl().key(), s.value())).toList(),
        plan.notPossible().stream().map(n -> new NotPossible(n.setting(), n.reason())).toList());
  }

  private static ResolvedMethods methods(Methods methods) {
    return new ResolvedMethods(
        methods.allowedSockets().stream().map(Enum::name).toList(),
        methods.allowedOpenFiles().stream().map(Enum::name).toList());
  }

  private static DeadPeerTime time(TuningPlan plan, SocketOptions options) {
    return DeadPeerTime.of(
        options.keepalive(),
        Duration.ofSeconds(options.userTimeoutSeconds().orElse(0)),
        new Retransmission(
            planned(plan, Sysctl.TCP_RETRIES2).orElse(Retransmission.DEFAULT.retries2()),
            planned(plan, Sysctl.TCP_RTO_MAX_MS).orElse(Retransmission.DEFAULT.rtoMaxMillis())));
  }

  private static Optional<Integer> planned(TuningPlan plan, Sysctl sysctl) {
    return plan.settings().stream()
        .filter(s -> s.sysctl() == sysctl)
        .map(s -> Integer.valueOf(s.value()))
        .findFirst();
  }

  private static DeadPeer deadPeer(DeadPeerTime time) {
    return new DeadPeer(
        time.idle().map(Detection::seconds).orElse(null),
        time.busy().seconds(),
        time.withinSeconds().stream().boxed().findFirst().orElse(null));
  }

  /** The ladder, from what needs nothing to what changes the server's container. */
  private static List<String> openFilesBy(TuningPlan plan, boolean agentServes) {
    if (plan.openFiles().isEmpty()) {
      return List.of();
    }
    OpenFilesPlan openFiles = plan.openFiles().get();
    List<OpenFilesOrigin.By> ladder = new ArrayList<>(List.of(OpenFilesOrigin.By.Inherited));
    if (openFiles.nodeAgent() && agentServes) {
      ladder.add(OpenFilesOrigin.By.NodeAgent);
    }
    if (openFiles.launcher()) {
      ladder.add(OpenFilesOrigin.By.Launcher);
    }
    if (openFiles.preload()) {
      ladder.add(OpenFilesOrigin.By.Preload);
    }
    return ladder.stream().map(OpenFilesOrigin.By::name).toList();
  }

  private static Long orAbsent(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static Integer orAbsent(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }
}
