package dev.wstuning.operator.node.agent;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/**
 * The parts of a node that every agent reaches. They are the smallest that hold the keys of {@code
 * NodeSysctl}: anyone who can write to all of /proc/sys, or to /proc/sys/fs, can run programs on
 * the node as root (kernel.core_pattern, fs.binfmt_misc). {@code nf_conntrack_max} exists only with
 * its module, so it cannot be mounted alone.
 */
enum HostPaths {
  NET("net", "/proc/sys/net", "Directory", "/host/sys/net", false),
  NR_OPEN("nr-open", "/proc/sys/fs/nr_open", "File", "/host/sys/fs/nr_open", false),
  FILE_MAX("file-max", "/proc/sys/fs/file-max", "File", "/host/sys/fs/file-max", false),
  /** Shows whether the container runtime can raise hard limits: process 1 has its capabilities. */
  INIT("init", "/proc/1/status", "File", "/host/init-status", true),
  /** What the agent wrote, and the originals. It ends with the boot, as the values do. */
  JOURNAL("journal", "/run/wstuning", "DirectoryOrCreate", "/run/wstuning", false);

  private final String volume;
  private final String path;
  private final String type;
  private final String mountPath;
  private final boolean readOnly;

  HostPaths(String volume, String path, String type, String mountPath, boolean readOnly) {
    this.volume = volume;
    this.path = path;
    this.type = type;
    this.mountPath = mountPath;
    this.readOnly = readOnly;
  }

  static List<Volume> volumes() {
    return List.of(values()).stream().map(HostPaths::volume).toList();
  }

  static List<VolumeMount> mounts() {
    return List.of(values()).stream().map(HostPaths::mount).toList();
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
        .withReadOnly(readOnly ? true : null)
        .build();
  }
}
