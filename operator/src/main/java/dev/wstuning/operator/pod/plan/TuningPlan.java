package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
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
 * @param onError what the init container does when the kernel refuses a setting
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
    TuningError onError) {

  /** Whether a pod is changed at all. */
  public boolean injects() {
    return mechanism != SysctlMechanism.NONE || sockets.isPresent() || openFiles.isPresent();
  }

  /** Whether the init container is privileged. */
  public boolean privileged() {
    return mechanism == SysctlMechanism.INIT_CONTAINER;
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
