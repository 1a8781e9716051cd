package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.Optional;

/** The {@link NodeRules} that judge the agent's report on settings. */
final class SettingRules {

  private SettingRules() {}

  static Optional<Finding> writeFailed(Wishes wishes, TunedNode state) {
    return wishes
        .settings(state)
        .filter(s -> s.problem() != null)
        .findFirst()
        .map(s -> s.wanted() == null ? notRestored(s) : notWritten(s));
  }

  private static Finding notWritten(AppliedSetting setting) {
    return Finding.bad(
        NodeReason.WriteFailed,
        "%s could not be set to %s: %s"
            .formatted(setting.name(), setting.wanted(), setting.problem()),
        "remove %s from spec.sysctls, or make the node's kernel accept it"
            .formatted(setting.name()));
  }

  private static Finding notRestored(AppliedSetting setting) {
    return Finding.bad(
        NodeReason.WriteFailed,
        "%s could not be set back to %s: %s"
            .formatted(setting.name(), setting.original(), setting.problem()),
        "make the node's kernel accept it, or reboot the node");
  }

  static Optional<Finding> drifted(Wishes wishes, TunedNode state) {
    return wishes
        .settings(state)
        .filter(AppliedSetting::hasDrifted)
        .findFirst()
        .map(
            s ->
                Finding.bad(
                    NodeReason.Drifted,
                    ("something else changed %s from %s to %s; the node agent writes it again,"
                            + " less and less often")
                        .formatted(s.name(), s.wanted(), s.value()),
                    "find what else sets %s on the node, such as /etc/sysctl.d or another operator"
                        .formatted(s.name())));
  }

  /** Nothing failed, so this breaks nothing. */
  static Optional<Finding> waits(Wishes wishes, TunedNode state) {
    return wishes
        .waiting(state)
        .findFirst()
        .map(
            s ->
                Finding.good(
                    NodeReason.SettingWaits,
                    (s.wanted() == null
                            ? "%s is not restored yet: ".formatted(s.name())
                            : "%s is not set to %s yet: ".formatted(s.name(), s.wanted()))
                        + s.waits()));
  }
}
