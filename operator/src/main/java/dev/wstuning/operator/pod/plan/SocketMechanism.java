package dev.wstuning.operator.pod.plan;

import java.util.Optional;

/**
 * By what the options are set on the sockets that a server accepts. As a string it is what is set,
 * which goes into the plan's hash.
 */
public sealed interface SocketMechanism {

  SocketOptions options();

  /** The name used in status. */
  String label();

  /** Two eBPF programs, which the privileged init container attaches to the pod's cgroup. */
  record Programs(SocketOptions options) implements SocketMechanism {
    @Override
    public String label() {
      return "SocketPrograms";
    }

    @Override
    public String toString() {
      return options.toString();
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

    @Override
    public String toString() {
      return container.map(name -> options + " in " + name).orElseGet(options::toString);
    }
  }
}
