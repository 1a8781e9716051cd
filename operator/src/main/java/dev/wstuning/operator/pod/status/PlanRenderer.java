package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Plan;
import dev.wstuning.operator.capacity.ConnectionTarget;
import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.DeadPeerTime.Detection;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.deadpeer.Retransmission;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.OpenFilesOrigin;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

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
        plan.sockets().map(SocketMechanism::label).orElse(null),
        expectation.keepalive().map(Keepalive::toString).orElse(null),
        orAbsent(expectation.userTimeoutSeconds()),
        set.map(options -> options.override() ? "Override" : "Respect").orElse(null),
        time.map(PlanRenderer::deadPeer).orElse(null),
        time.map(t -> t.toleratedOutage().toSeconds()).orElse(null),
        orAbsent(expectation.openFilesMinimum()),
        orAbsent(expectation.openFilesMaximum()),
        expectation.connections().isPresent()
            ? ConnectionTarget.explain(expectation.connections().getAsLong())
            : null,
        openFilesBy(plan, agentServes),
        plan.settings().stream().map(Setting::toString).toList(),
        plan.notPossible().stream().map(Object::toString).toList());
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
    return plan.openFiles().stream()
        .flatMap(
            o ->
                Stream.of(
                    Optional.of(OpenFilesOrigin.By.Inherited),
                    Optional.of(OpenFilesOrigin.By.NodeAgent).filter(by -> agentServes),
                    Optional.of(OpenFilesOrigin.By.Launcher).filter(by -> o.launcher()),
                    Optional.of(OpenFilesOrigin.By.Preload).filter(by -> o.preload())))
        .flatMap(Optional::stream)
        .map(OpenFilesOrigin.By::name)
        .toList();
  }

  private static Long orAbsent(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static Integer orAbsent(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }
}
