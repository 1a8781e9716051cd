package dev.wstuning.operator.pod.plan;

/** What sets which options on the sockets that a server accepts. */
public record SocketMechanism(By by, SocketOptions options) {

  /** What sets them; the names are those of the status. */
  public enum By {
    /** Two eBPF programs, which the privileged init container attaches to the pod's cgroup. */
    Programs,
    /** A library in LD_PRELOAD of the server's container. */
    Preload
  }
}
