package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedSysctl;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import dev.wstuning.operator.pod.observation.DeadPeerLife;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.KeepaliveSource;
import dev.wstuning.operator.pod.observation.LoggedLimit;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.OpenFilesOrigin;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.plan.SysctlMechanism;
import dev.wstuning.operator.pod.plan.Targets;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Renders one pod's report in the words of the status; what pods share makes a group. */
final class ObservationRenderer {

  private final JudgedPod pod;
  private final Inspection inspection;
  private final Set<Sysctl> shown;

  private ObservationRenderer(JudgedPod pod, Inspection inspection, Set<Sysctl> shown) {
    this.pod = pod;
    this.inspection = inspection;
    this.shown = shown;
  }

  /**
   * The observation of one pod, without names and numbers of pods and connections.
   *
   * @param shown the sysctls to show
   */
  static Observation of(JudgedPod pod, Set<Sysctl> shown) {
    String reason = pod.finding().reason().name();
    String message = pod.finding().message();
    return pod.inspection()
        .map(
            inspection ->
                new ObservationRenderer(pod, inspection, shown).observation(reason, message))
        .orElseGet(
            () ->
                new Observation(
                    null,
                    null,
                    null,
                    null,
                    reason,
                    message,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    CountsRenderer.counted(pod)));
  }

  private Observation observation(String reason, String message) {
    return new Observation(
        null,
        null,
        null,
        null,
        reason,
        message,
        inspection.report().doubt() == null ? inspection.report().process().comm() : null,
        inspection.report().limit().isEmpty() ? null : openFiles(),
        shown.stream().map(this::sysctl).toList(),
        inspection.served().stream().map(ObservationRenderer::port).toList(),
        inspection.deadPeer().map(ObservationRenderer::deadPeer).orElse(null),
        null,
        CountsRenderer.counted(pod));
  }

  private OpenFilesLimit openFiles() {
    OpenFilesOrigin origin = OpenFilesOrigin.of(pod.expectation(), pod.pod(), inspection.report());
    Optional<LoggedLimit> logged = pod.pod().logged();
    return new OpenFilesLimit(
        inspection.report().nofile().soft(),
        inspection.report().nofile().hard(),
        origin.by().name(),
        origin.reason(),
        logged
            .map(LoggedLimit::limit)
            .filter(OptionalLong::isPresent)
            .map(OptionalLong::getAsLong)
            .orElse(null),
        logged.flatMap(LoggedLimit::problem).orElse(null));
  }

  /** Keepalive always, because it decides the dead-peer time; the others if they are wanted. */
  static Set<Sysctl> shown(Targets targets) {
    Set<Sysctl> shown =
        EnumSet.of(
            Sysctl.TCP_KEEPALIVE_TIME, Sysctl.TCP_KEEPALIVE_INTVL, Sysctl.TCP_KEEPALIVE_PROBES);
    targets.sysctls().forEach(s -> shown.add(s.sysctl()));
    return shown;
  }

  private ObservedSysctl sysctl(Sysctl sysctl) {
    String value = inspection.report().values().get(sysctl.ordinal());
    String normal = value == null ? null : Sysctl.normalise(value);
    return new ObservedSysctl(sysctl.key(), normal, by(sysctl, normal));
  }

  /** What set it, as far as the pod's spec proves it. */
  private String by(Sysctl sysctl, String value) {
    boolean written =
        pod.facts().tuner().flatMap(InjectedTuner::command).stream()
            .anyMatch(command -> sets(command.settings(), sysctl, value));
    if (written) {
      return pod.facts().appliedByNode()
          ? SysctlMechanism.NODE_AGENT.label()
          : SysctlMechanism.INIT_CONTAINER.label();
    }
    TuningPlan plan = pod.expectation().plan();
    boolean planned =
        plan.mechanism() == SysctlMechanism.POD_SECURITY_CONTEXT
            && pod.is(ObservedPod.Coverage.CURRENT)
            && sets(plan.settings(), sysctl, value);
    return planned && pod.facts().plan().isPresent()
        ? SysctlMechanism.POD_SECURITY_CONTEXT.label()
        : "Other";
  }

  private static boolean sets(List<Setting> settings, Sysctl sysctl, String value) {
    for (Setting setting : settings) {
      if (setting.sysctl() == sysctl && setting.value().equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static ObservedPort port(ServedPort port) {
    return new ObservedPort(
        port.port(),
        null,
        keepalive(port),
        port.keepaliveSource().map(KeepaliveSource::name).orElse(null),
        port.userTimeoutSeconds().isPresent() ? port.userTimeoutSeconds().getAsInt() : null,
        port.report().keepalive() == null ? null : port.report().keepalive().evidence().name(),
        inferred(port),
        port.peers().map(ServedPort.Peers::name).orElse(null));
  }

  /**
   * From outside the kernel shows of a connection when its first probe is due, and nothing else.
   */
  private static List<String> inferred(ServedPort port) {
    if (port.measured().isPresent()) {
      return null;
    }
    List<String> inferred = new ArrayList<>();
    if (port.keepalive().isPresent()) {
      inferred.addAll(List.of("intervalSeconds", "probes"));
    }
    if (port.userTimeoutSeconds().isPresent()) {
      inferred.add("userTimeoutSeconds");
    }
    return inferred.isEmpty() ? null : inferred;
  }

  private static ObservedKeepalive keepalive(ServedPort port) {
    if (!port.report().listening()) {
      return new ObservedKeepalive("NotListening", null, null, null, List.of());
    }
    if (port.report().keepalive() == null) {
      return new ObservedKeepalive("NotSeen", null, null, null, List.of());
    }
    if (port.off()) {
      return new ObservedKeepalive("Off", null, null, null, List.of());
    }
    OptionalInt time = port.firstProbeSeconds();
    return port.keepalive()
        .map(
            k ->
                new ObservedKeepalive(
                    "On",
                    k.time(),
                    k.interval(),
                    k.probes(),
                    port.upperBound() ? List.of("intervalSeconds", "probes") : List.of()))
        .orElseGet(
            () ->
                new ObservedKeepalive(
                    "On", time.isPresent() ? time.getAsInt() : null, null, null, List.of()));
  }

  private static DeadPeer deadPeer(DeadPeerLife life) {
    return new DeadPeer(orAbsent(life.idle()), life.busy(), orAbsent(life.within()));
  }

  private static Long orAbsent(OptionalLong seconds) {
    return seconds.isPresent() ? seconds.getAsLong() : null;
  }
}
