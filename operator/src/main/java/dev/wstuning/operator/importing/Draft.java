package dev.wstuning.operator.importing;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.OpenFilesCeiling;
import dev.wstuning.operator.sysctl.NodeSysctl;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What files become, while they are read. */
final class Draft {

  /** The kernel's own: include/net/tcp.h. */
  static final Map<Sysctl, String> KEEPALIVE_DEFAULTS =
      new EnumMap<>(
          Map.of(
              Sysctl.TCP_KEEPALIVE_TIME, "7200",
              Sysctl.TCP_KEEPALIVE_INTVL, "75",
              Sysctl.TCP_KEEPALIVE_PROBES, "9"));

  private final Map<Sysctl, String> podSysctls = new EnumMap<>(Sysctl.class);
  private final Map<NodeSysctl, String> nodeSysctls = new EnumMap<>(NodeSysctl.class);
  private final List<Remark> remarks = new ArrayList<>();
  private OptionalLong openFiles = OptionalLong.empty();

  void add(Remark remark) {
    remarks.add(remark);
  }

  List<Remark> remarks() {
    return remarks;
  }

  /** Those of keepalive among them: all three or none. */
  Map<Sysctl, String> podSysctls() {
    return podSysctls;
  }

  Map<NodeSysctl, String> nodeSysctls() {
    return nodeSysctls;
  }

  /** What the server needs at least. */
  OptionalLong openFiles() {
    return openFiles;
  }

  void needsOpenFiles(long minimum) {
    openFiles = OptionalLong.of(minimum);
  }

  /** What the node's agent must be able to grant for that. */
  OptionalLong openFilesCeiling() {
    return openFiles.isPresent()
        ? OptionalLong.of(Math.max(openFiles.getAsLong(), OpenFilesCeiling.FEWEST))
        : OptionalLong.empty();
  }

  boolean tunesPods() {
    return !podSysctls.isEmpty() || openFiles.isPresent();
  }

  boolean tunesNodes() {
    return !nodeSysctls.isEmpty() || openFiles.isPresent();
  }
}
