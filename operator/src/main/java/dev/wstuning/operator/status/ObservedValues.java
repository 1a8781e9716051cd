package dev.wstuning.operator.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedSysctl;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import dev.wstuning.operator.mutation.TunerContainer;
import dev.wstuning.operator.report.ServerReport;
import dev.wstuning.operator.report.ServerReport.KeepaliveTimer;
import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.tuning.Keepalive;
import dev.wstuning.operator.tuning.Mechanism;
import dev.wstuning.operator.tuning.Sysctl;
import dev.wstuning.operator.verdict.Desired;
import dev.wstuning.operator.verdict.Finding;
import dev.wstuning.operator.verdict.ObservedPod;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** What one pod's report says, in the words of the status; what pods share makes a group. */
final class ObservedValues {

  /** As large as an int can surely hold, and far larger than any keepalive. */
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private final Desired desired;
  private final ObservedPod pod;
  private final ServerReport report;

  private ObservedValues(Desired desired, ObservedPod pod, ServerReport report) {
    this.desired = desired;
    this.pod = pod;
    this.report = report;
  }

  /** The observation of one pod, without names and numbers of pods and connections. */
  static Observation of(Desired desired, ObservedPod pod, Finding finding) {
    String reason = finding.reason().name();
    if (pod.observation() instanceof ObservedPod.Observation.Seen seen) {
      return new ObservedValues(desired, pod, seen.report()).observation(reason, finding.message());
    }
    return new Observation(null, null, reason, finding.message(), null, null, null, null, null);
  }

  private Observation observation(String reason, String message) {
    return new Observation(
        null,
        null,
        reason,
        message,
        report.process().comm(),
        new OpenFilesLimit(report.nofile().soft(), report.nofile().hard(), "Inherited"),
        shown().stream().map(this::sysctl).toList(),
        report.ports().stream().map(this::port).toList(),
        deadPeer());
  }

  /** Keepalive always, for it decides the dead-peer time; the others where they were asked for. */
  private Set<Sysctl> shown() {
    Set<Sysctl> shown =
        EnumSet.of(
            Sysctl.TCP_KEEPALIVE_TIME, Sysctl.TCP_KEEPALIVE_INTVL, Sysctl.TCP_KEEPALIVE_PROBES);
    desired.wanted().forEach(s -> shown.add(s.sysctl()));
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
        pod.facts().tuner().flatMap(TunerContainer::orderOf).stream()
            .flatMap(order -> order.settings().stream())
            .anyMatch(s -> s.sysctl() == sysctl && s.value().equals(value));
    if (written) {
      return Mechanism.INIT_CONTAINER.label();
    }
    boolean planned =
        desired.plan().mechanism() == Mechanism.POD_SECURITY_CONTEXT
            && pod.coverage() == ObservedPod.Coverage.CURRENT
            && desired.plan().settings().stream()
                .anyMatch(s -> s.sysctl() == sysctl && s.value().equals(value));
    return planned && pod.facts().annotations().containsKey(Markers.PLAN)
        ? Mechanism.POD_SECURITY_CONTEXT.label()
        : "Other";
  }

  private ObservedPort port(ServerReport.Port port) {
    if (!port.listening()) {
      return new ObservedPort(port.port(), null, "not listening", null, null);
    }
    KeepaliveTimer timer = port.keepalive();
    if (timer == null) {
      return new ObservedPort(port.port(), null, "not seen", null, null);
    }
    String evidence = timer.evidence().name();
    if (!timer.running()) {
      return new ObservedPort(port.port(), null, "off", "Nobody", evidence);
    }
    return followsSysctls(timer)
        ? new ObservedPort(port.port(), null, sysctlKeepalive(), "Sysctls", evidence)
        : new ObservedPort(
            port.port(),
            null,
            Objects.requireNonNullElse(timer.idleSeconds(), "?") + "/?/?",
            "Application",
            evidence);
  }

  /** A timer that equals the namespace's idle time, within a second, follows the sysctls. */
  private boolean followsSysctls(KeepaliveTimer timer) {
    OptionalInt time = number(Sysctl.TCP_KEEPALIVE_TIME);
    return time.isPresent()
        && timer.idleSeconds() != null
        && Math.abs((long) time.getAsInt() - timer.idleSeconds()) <= 1;
  }

  /** The value of a key that has one number; empty if it could not be read, or is out of range. */
  private OptionalInt number(Sysctl sysctl) {
    String value = value(sysctl);
    return value != null && NUMBER.matcher(value).matches()
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }

  private String sysctlKeepalive() {
    return String.join(
        "/",
        value(Sysctl.TCP_KEEPALIVE_TIME),
        Objects.requireNonNullElse(value(Sysctl.TCP_KEEPALIVE_INTVL), "?"),
        Objects.requireNonNullElse(value(Sysctl.TCP_KEEPALIVE_PROBES), "?"));
  }

  /** The longest of the ports that matter; absent unless it can be told for every one of them. */
  private DeadPeer deadPeer() {
    List<ServerReport.Port> ports =
        report.ports().stream()
            .filter(p -> desired.ports().isEmpty() || desired.ports().contains(p.port()))
            .filter(ServerReport.Port::listening)
            .toList();
    boolean sysctlsRule =
        !ports.isEmpty()
            && ports.stream()
                .map(ServerReport.Port::keepalive)
                .allMatch(t -> t != null && t.running() && followsSysctls(t));
    OptionalInt time = number(Sysctl.TCP_KEEPALIVE_TIME);
    OptionalInt interval = number(Sysctl.TCP_KEEPALIVE_INTVL);
    OptionalInt probes = number(Sysctl.TCP_KEEPALIVE_PROBES);
    if (!sysctlsRule || time.isEmpty() || interval.isEmpty() || probes.isEmpty()) {
      return null;
    }
    long seconds =
        new Keepalive(time.getAsInt(), interval.getAsInt(), probes.getAsInt()).deadPeerSeconds();
    return seconds < 0 || seconds > Integer.MAX_VALUE
        ? null
        : new DeadPeer((int) seconds, "Inferred");
  }
}
