package dev.wstuning.operator.node.agent;

import static dev.wstuning.operator.node.agent.AgentKind.PODS;
import static dev.wstuning.operator.node.agent.AgentKind.SETTINGS;
import static dev.wstuning.operator.node.agent.HostPaths.Access.READ_ONLY;
import static dev.wstuning.operator.node.agent.HostPaths.Access.READ_ONLY_WITH_ALL_BELOW;
import static dev.wstuning.operator.node.agent.HostPaths.Access.WRITABLE;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.stream.Stream;

/**
 * The parts of a node that agents reach. Those below /proc are the smallest that hold the keys of
 * {@code NodeSysctl}: anyone who can write to all of /proc/sys, or to /proc/sys/fs, can run
 * programs on the node as root (kernel.core_pattern, fs.binfmt_misc). {@code nf_conntrack_max}
 * exists only with its module, so it cannot be mounted alone.
 */
enum HostPaths {
  NET(SETTINGS, "net", "/proc/sys/net", "Directory", "/host/sys/net", WRITABLE),
  NR_OPEN(SETTINGS, "nr-open", "/proc/sys/fs/nr_open", "File", "/host/sys/fs/nr_open", WRITABLE),
  FILE_MAX(
      SETTINGS, "file-max", "/proc/sys/fs/file-max", "File", "/host/sys/fs/file-max", WRITABLE),
  /** Shows whether the container runtime can raise hard limits: process 1 has its capabilities. */
  INIT(SETTINGS, "init", "/proc/1/status", "File", "/host/init-status", READ_ONLY),
  /** What the agent wrote, and the originals. It ends with the boot, as the values do. */
  JOURNAL(SETTINGS, "journal", "/run/wstuning", "DirectoryOrCreate", "/run/wstuning", WRITABLE),
  /**
   * The control groups of pods, to attach programs to: that needs no write. On a node with version
   * 1 its hierarchies are below, and they are read-only, too, if the container runtime can do that.
   */
  CGROUP(PODS, "cgroup", "/sys/fs/cgroup", "Directory", "/host/cgroup", READ_ONLY_WITH_ALL_BELOW),
  /**
   * Keeps counters while one agent follows another. Every kernel with BPF has the folder; without a
   * file system of this kind there, counting begins again with each agent.
   */
  BPF(PODS, "bpf", "/sys/fs/bpf", "Directory", "/host/bpf", WRITABLE);

  /** What the agent may do to what it mounts. */
  enum Access {
    WRITABLE,
    READ_ONLY,
    READ_ONLY_WITH_ALL_BELOW
  }

  private final AgentKind first;
  private final String volume;
  private final String path;
  private final String type;
  private final String mountPath;
  private final Access access;

  /**
   * @param first the first kind of agent that reaches it
   */
  HostPaths(
      AgentKind first, String volume, String path, String type, String mountPath, Access access) {
    this.first = first;
    this.volume = volume;
    this.path = path;
    this.type = type;
    this.mountPath = mountPath;
    this.access = access;
  }

  static List<Volume> volumes(AgentKind kind) {
    return of(kind).map(HostPaths::volume).toList();
  }

  static List<VolumeMount> mounts(AgentKind kind) {
    return of(kind).map(HostPaths::mount).toList();
  }

  private static Stream<HostPaths> of(AgentKind kind) {
    return Stream.of(values()).filter(path -> kind.does(path.first));
  }

  private Volume volume() {
    return new VolumeBuilder()
        .withName(volume)
        .withNewHostPath()
        .withPath(path)
        .withType(type)
        .endHostPath()
        .build();
  }

  private VolumeMount mount() {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(mountPath)
        .withReadOnly(access == WRITABLE ? null : true)
        .withRecursiveReadOnly(access == READ_ONLY_WITH_ALL_BELOW ? "IfPossible" : null)
        .build();
  }
}
