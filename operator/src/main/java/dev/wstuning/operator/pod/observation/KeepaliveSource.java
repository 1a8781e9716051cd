package dev.wstuning.operator.pod.observation;

/** Who set the keepalive that an accepted socket shows; the names are those of the status. */
public enum KeepaliveSource {
  /** The eBPF programs on the pod's cgroup. */
  Kernel,
  /** The preloaded library. */
  Preload,
  /** The server switched SO_KEEPALIVE on and left the values to the sysctls. */
  Sysctls,
  /** The server, with values of its own. */
  Application,
  /** Keepalive does not run. */
  Nobody
}
