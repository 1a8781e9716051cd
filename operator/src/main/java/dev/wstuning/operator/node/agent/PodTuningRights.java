package dev.wstuning.operator.node.agent;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** What an agent that tunes pods has in addition, apart from {@link HostPaths}. */
final class PodTuningRights {

  /**
   * To load programs, to attach them to control groups, and to let them read the sockets that they
   * are called for. None can be left out. SYS_ADMIN would only add programs and maps of others.
   */
  private static final List<String> CAPABILITIES = List.of("BPF", "NET_ADMIN", "PERFMON");

  /**
   * No port is declared: on the node's network the next agent could not start next to the present
   * one.
   */
  private static final List<String> ARGUMENTS =
      List.of("--pods", "--cgroup=/host/cgroup", "--metrics=:9464");

  /** The kernel counts the maps of the programs as memory of the agent. */
  private static final Quantity MEMORY = new Quantity("512Mi");

  private PodTuningRights() {}

  static PodSpec addedTo(PodSpec pod) {
    return pod.edit()
        .editFirstContainer()
        .addAllToArgs(ARGUMENTS)
        .editResources()
        .addToLimits("memory", MEMORY)
        .endResources()
        .editSecurityContext()
        .editCapabilities()
        .withAdd(CAPABILITIES)
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .build();
  }
}
