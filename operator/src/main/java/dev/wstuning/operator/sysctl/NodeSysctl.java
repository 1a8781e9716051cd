package dev.wstuning.operator.sysctl;

import java.util.Arrays;
import java.util.Optional;

/**
 * The closed list of sysctls that belong to a node as a whole, and not to a pod. No value that the
 * kernel takes is too large, except of tcp_mem, which ends at eight tebibytes. If a lower value
 * would break what runs on a node, the lowest is the kernel's default. They are written only here,
 * and rendered into the CRD.
 */
public enum NodeSysctl implements SysctlKey {
  /** Highest RLIMIT_NOFILE that any process may have. */
  FS_NR_OPEN("fs.nr_open", 1, 1_048_576, 2_147_483_584),
  /** Open files of all processes together. */
  FS_FILE_MAX("fs.file-max", 1, 8192, Long.MAX_VALUE),
  /** Connections that the node tracks. Unsigned in the kernel, where 0 means no limit. */
  NF_CONNTRACK_MAX("net.netfilter.nf_conntrack_max", 1, 65_536, 2_147_483_647),
  /** Pages that all TCP sockets may take: below no pressure, pressure, limit. */
  TCP_MEM("net.ipv4.tcp_mem", 3, 1024, 2_147_483_647),
  /** Sockets that no process has open any more. */
  TCP_MAX_ORPHANS("net.ipv4.tcp_max_orphans", 1, 256, 2_147_483_647),
  /** Packets that wait for a CPU. */
  NETDEV_MAX_BACKLOG("net.core.netdev_max_backlog", 1, 100, 2_147_483_647),
  /** Largest receive buffer that an application may set, in bytes. */
  RMEM_MAX("net.core.rmem_max", 1, 212_992, 2_147_483_647),
  /** Largest send buffer that an application may set, in bytes. */
  WMEM_MAX("net.core.wmem_max", 1, 212_992, 2_147_483_647);

  private final Bounds bounds;

  NodeSysctl(String key, int fields, long min, long max) {
    this.bounds = new Bounds(key, fields, min, max);
  }

  @Override
  public Bounds bounds() {
    return bounds;
  }

  public static Optional<NodeSysctl> ofKey(String key) {
    return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
  }
}
