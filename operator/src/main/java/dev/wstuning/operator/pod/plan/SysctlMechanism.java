package dev.wstuning.operator.pod.plan;

/** By what a pod's sysctls are set. */
public enum SysctlMechanism {
  /** A privileged init container writes them; every key of {@link Sysctl} is possible. */
  INIT_CONTAINER("InitContainer"),
  /** The kubelet sets them from {@code securityContext.sysctls}; safe keys only, no privilege. */
  POD_SECURITY_CONTEXT("PodSecurityContext"),
  /** The agent of the pod's node sets them when the pod is created; every key is possible. */
  NODE_AGENT("NodeAgent"),
  /** No sysctl is set. */
  NONE("None");

  private final String label;

  SysctlMechanism(String label) {
    this.label = label;
  }

  /** The name used in status. */
  public String label() {
    return label;
  }
}
