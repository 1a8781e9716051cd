package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedSysctl;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.KeepaliveSource;
import dev.wstuning.operator.pod.observation.LoggedLimit;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.OpenFilesOrigin;
import dev.wstuning.operator.pod.observation.ServedPort;
import dev.wstuning.operator.pod.observation.ServedPorts;
import dev.wstuning.operator.pod.plan.SysctlMechanism;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToLongFunction;

/** What one pod's report says, in the words of the status; what pods share makes a group. */
final class ObservationRenderer {

  /** How a port tells that keepalive does not run on its connections. */
  static final String OFF = "off";

  private final Expectation expectation;
  private final ObservedPod pod;
  private final ServerReport report;
  private final List<ServedPort> ports;

  private ObservationRenderer(Expectation expectation, ObservedPod pod, ServerReport report) {
    this.expectation = expectation;
    this.pod = pod;
    this.report = report;
    this.ports = ServedPorts.of(pod, report);
  }

  /** The observation of one pod, without names and numbers of pods and connections. */
  static Observation of(Expectation all, ObservedPod pod, Finding finding) {
    Expectation expectation = all.in(pod.facts());
    String reason = finding.reason().name();
    return pod.observation()
        .reported()
        .map(
            reported ->
                new ObservationRenderer(expectation, pod, reported.report())
                    .observation(reason, finding.message()))
        .orElseGet(
            () ->
                new Observation(
                    null, null, reason, finding.message(), null, null, null, null, null, null));
  }

  private Observation observation(String reason, String message) {
    return new Observation(
        null,
        null,
        reason,
        message,
        report.process().comm(),
        openFiles(),
        shown().stream().map(this::sysctl).toList(),
        ports.stream().map(ObservationRenderer::port).toList(),
        deadPeer(),
        null);
  }

  private OpenFilesLimit openFiles() {
    OpenFilesOrigin origin = OpenFilesOrigin.of(expectation, pod, report);
    return new OpenFilesLimit(
        report.nofile().soft(),
        report.nofile().hard(),
        origin.by().name(),
        origin.reason(),
        pod.logged().flatMap(LoggedLimit::limit).orElse(null),
        pod.logged().flatMap(LoggedLimit::problem).orElse(null));
  }

  /** Keepalive always, for it decides the dead-peer time; the others where they were asked for. */
  private Set<Sysctl> shown() {
    Set<Sysctl> shown =
        EnumSet.of(
            Sysctl.TCP_KEEPALIVE_TIME, Sysctl.TCP_KEEPALIVE_INTVL, Sysctl.TCP_KEEPALIVE_PROBES);
    expectation.targets().sysctls().forEach(s -> shown.add(s.sysctl()));
    return shown;
  }

  private String value(Sysctl sysctl) {
    String value = report.values().get(sysctl.ordinal());
    return value == null ? null : Sysctl.normalise(value);
  }

  private ObservedSysctl sysctl(Sysctl sysctl) {
    return new ObservedSysctl(sysctl.key(), value(sysctl), by(sysctl));
  }

  /** Who set it, as far as the pod's spec proves it. */
  private String by(Sysctl sysctl) {
    String value = value(sysctl);
    boolean written =
        pod.facts().tuner().flatMap(InjectedTuner::command).stream()
            .flatMap(command -> command.settings().stream())
            .anyMatch(s -> s.sysctl() == sysctl && s.value().equals(value));
    if (written) {
      return SysctlMechanism.INIT_CONTAINER.label();
    }
    boolean planned =
        expectation.plan().mechanism() == SysctlMechanism.POD_SECURITY_CONTEXT
            && pod.coverage() == ObservedPod.Coverage.CURRENT
            && expectation.plan().settings().stream()
                .anyMatch(s -> s.sysctl() == sysctl && s.value().equals(value));
    return planned && pod.facts().annotations().containsKey(Markers.PLAN)
        ? SysctlMechanism.POD_SECURITY_CONTEXT.label()
        : "Other";
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

  /** The kernel shows of a connection when its first probe is due, and nothing else. */
  private static List<String> inferred(ServedPort port) {
    List<String> inferred = new ArrayList<>();
    if (port.keepalive().isPresent()) {
      inferred.addAll(List.of("interval", "probes"));
    }
    if (port.userTimeoutSeconds().isPresent()) {
      inferred.add("userTimeoutSeconds");
    }
    return inferred.isEmpty() ? null : inferred;
  }

  private static String keepalive(ServedPort port) {
    if (!port.report().listening()) {
      return "not listening";
    }
    if (port.report().keepalive() == null) {
      return "not seen";
    }
    if (port.off()) {
      return OFF;
    }
    if (port.keepalive().isPresent()) {
      Keepalive k = port.keepalive().get();
      return port.upperBound()
          ? k.time() + "/<=" + k.interval() + "/<=" + k.probes()
          : k.toString();
    }
    OptionalInt time = port.firstProbeSeconds();
    return (time.isPresent() ? String.valueOf(time.getAsInt()) : "?") + "/?/?";
  }

  /** The longest of the ports that matter; absent what cannot be told for every one of them. */
  private DeadPeer deadPeer() {
    List<ServedPort> listening =
        ports.stream()
            .filter(p -> expectation.concerns(p.port()))
            .filter(p -> p.report().listening())
            .toList();
    if (listening.isEmpty()) {
      return null;
    }
    boolean idleKnown = listening.stream().allMatch(p -> p.keepalive().isPresent());
    Long busy = longest(listening, p -> p.time().busy().seconds());
    return idleKnown
        ? new DeadPeer(
            longest(listening, p -> p.time().idle().orElseThrow().seconds()),
            busy,
            longest(listening, p -> p.withinSeconds().orElseThrow()))
        : new DeadPeer(null, busy, null);
  }

  private static Long longest(List<ServedPort> ports, ToLongFunction<ServedPort> seconds) {
    return ports.stream().mapToLong(seconds).max().orElseThrow();
  }
}
