package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Hop;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.SysctlSetting;
import dev.wstuning.operator.capacity.ConnectionTarget;
import dev.wstuning.operator.deadpeer.DeadPeerTarget;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a resource wants, with outcomes turned into numbers. Sysctls are ordered by key, because the
 * order must not depend on how the resource was written.
 *
 * @param asked the sysctls that the resource states
 * @param derived the sysctls that follow from the outcome that it states
 * @param sockets what accepted sockets should have; empty if the resource does not mention them
 * @param openFiles the limit of open files; empty if the resource does not mention it
 */
public record Targets(
    List<Setting> asked,
    List<Setting> derived,
    Optional<SocketOptions> sockets,
    Optional<OpenFiles> openFiles) {

  public static Targets of(WebSocketTuningSpec spec) {
    List<Setting> asked = new ArrayList<>();
    if (spec.keepalive() != null) {
      asked.addAll(Keepalive.of(spec.keepalive()).settings());
    }
    for (SysctlSetting s : spec.sysctlsOrEmpty()) {
      Sysctl.ofKey(s.name()).ifPresent(key -> asked.add(new Setting(key, s.value())));
    }
    Optional<DeadPeerTarget.Derived> derived = derived(spec);
    return new Targets(
        ordered(asked),
        ordered(derived.map(Targets::settings).orElse(List.of())),
        sockets(spec, derived),
        openFiles(spec));
  }

  private static Optional<OpenFiles> openFiles(WebSocketTuningSpec spec) {
    Long minimum = spec.openFiles() == null ? null : spec.openFiles().minimum();
    Long maximum = spec.openFiles() == null ? null : spec.openFiles().maximum();
    return OpenFiles.of(
        spec.connections() == null
            ? minimum
            : (Long) ConnectionTarget.openFiles(spec.connections().perPod()),
        maximum);
  }

  /** All sysctls of the plan of a pod that may set every one of them. */
  public List<Setting> sysctls() {
    List<Setting> all = new ArrayList<>(asked);
    all.addAll(derived);
    return ordered(all);
  }

  private static Optional<DeadPeerTarget.Derived> derived(WebSocketTuningSpec spec) {
    return Optional.ofNullable(spec.deadPeers())
        .map(
            wish ->
                DeadPeerTarget.derive(
                    wish.withinSeconds(),
                    spec.firstToCut().stream().mapToInt(Hop::idleSeconds).findFirst()));
  }

  private static List<Setting> settings(DeadPeerTarget.Derived derived) {
    List<Setting> settings = new ArrayList<>(derived.keepalive().settings());
    settings.add(new Setting(Sysctl.TCP_RETRIES2, Integer.toString(derived.retries2())));
    return settings;
  }

  private static Optional<SocketOptions> sockets(
      WebSocketTuningSpec spec, Optional<DeadPeerTarget.Derived> derived) {
    Optional<Keepalive> keepalive =
        derived
            .map(DeadPeerTarget.Derived::keepalive)
            .or(() -> Optional.ofNullable(spec.keepalive()).map(Keepalive::of));
    OptionalInt userTimeout =
        derived
            .map(d -> OptionalInt.of(d.userTimeoutSeconds()))
            .orElseGet(
                () ->
                    spec.userTimeoutSeconds() == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(spec.userTimeoutSeconds()));
    boolean override = spec.applicationKeepaliveOrDefault() == ApplicationKeepalive.Override;
    return keepalive.isEmpty() && userTimeout.isEmpty()
        ? Optional.empty()
        : Optional.of(new SocketOptions(keepalive, userTimeout, override));
  }

  private static List<Setting> ordered(List<Setting> settings) {
    return settings.stream().sorted(Comparator.comparing(Setting::sysctl)).toList();
  }
}
