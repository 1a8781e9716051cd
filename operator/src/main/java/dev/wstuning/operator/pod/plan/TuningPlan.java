package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.sysctl.Setting;
import java.util.List;
import java.util.Optional;

/**
 * What a new pod gets.
 *
 * @param hash names the wishes that it comes from ({@link PlanHash})
 * @param mechanism by what {@code settings} are made
 * @param reason why this mechanism, as a sentence for the status
 * @param settings the sysctls to set, in a fixed order
 * @param sockets what is set on accepted sockets, and by what; empty if nothing is
 * @param openFiles what is done for the open files limit; empty if nothing is
 * @param container the server's container as the resource names it; empty if the pod decides
 * @param notPossible wishes that the mechanism cannot fulfil
 * @param onError what happens to a pod when the kernel refuses a setting
 * @param via what tunes the pods
 */
public record TuningPlan(
    String hash,
    SysctlMechanism mechanism,
    String reason,
    List<Setting> settings,
    Optional<SocketMechanism> sockets,
    Optional<OpenFilesPlan> openFiles,
    Optional<String> container,
    List<NotPossible> notPossible,
    TuningError onError,
    Via via) {

  /** Whether a pod gets anything at all. */
  public boolean injects() {
    return mechanism != SysctlMechanism.NONE || sockets.isPresent() || openFiles.isPresent();
  }

  /** Whether the init container is privileged. */
  public boolean privileged() {
    return mechanism == SysctlMechanism.INIT_CONTAINER;
  }

  /** Whether the agent of a pod's node does everything, and the pod is left as it is. */
  public boolean byNode() {
    return via == Via.NodeAgent;
  }

  /** Whether pods are changed when they are admitted. */
  public boolean byAdmission() {
    return injects() && !byNode();
  }

  /** Whether sysctls are written, and programs attached, from outside of the server. */
  public boolean applies() {
    return privileged() || mechanism == SysctlMechanism.NODE_AGENT;
  }

  /** Whether a library in the server sets the options of its sockets. */
  public boolean byLibrary() {
    return sockets.filter(s -> s.by() == SocketMechanism.By.Preload).isPresent();
  }

  /** Whether programs of the kernel set them. */
  public boolean byPrograms() {
    return sockets.filter(s -> s.by() == SocketMechanism.By.Programs).isPresent();
  }
}
