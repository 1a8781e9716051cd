package dev.wstuning.operator.pod.plan;

import java.util.Optional;

/** What sets the options on the sockets that a server accepts. */
public sealed interface SocketMechanism {

  SocketOptions options();

  /** The name used in status. */
  String label();

  /** Two eBPF programs, which the privileged init container attaches to the pod's cgroup. */
  record Programs(SocketOptions options) implements SocketMechanism {
    @Override
    public String label() {
      return "Programs";
    }
  }

  /**
   * A library in LD_PRELOAD of the server's container.
   *
   * @param container the server's container as the resource names it; empty if the pod decides
   */
  record Preload(SocketOptions options, Optional<String> container) implements SocketMechanism {
    @Override
    public String label() {
      return "Preload";
    }
  }
}
