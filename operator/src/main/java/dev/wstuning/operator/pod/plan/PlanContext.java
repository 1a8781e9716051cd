package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.guardrail.Allowance;
import dev.wstuning.operator.guardrail.Refusal;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the planner must know about the cluster and the pod.
 *
 * @param podSecurityLevel the Pod Security level of the namespace: privileged, baseline or
 *     restricted
 * @param pinnedMinor the y of the version 1.y as of which that level is enforced; empty for the
 *     latest
 * @param kubernetesMinor the y of Kubernetes 1.y
 * @param userNamespace whether the pod has a user namespace of its own ({@code hostUsers: false}),
 *     in which no process has privilege over the node
 * @param allowance what the cluster's administrator allows in the namespace
 */
public record PlanContext(
    String podSecurityLevel,
    OptionalInt pinnedMinor,
    int kubernetesMinor,
    boolean userNamespace,
    Allowance allowance) {

  /** The context of a pod without a user namespace of its own, if everything is allowed. */
  public static PlanContext of(
      String podSecurityLevel, OptionalInt pinnedMinor, int kubernetesMinor) {
    return new PlanContext(podSecurityLevel, pinnedMinor, kubernetesMinor, false, Allowance.ALL);
  }

  /** The same for a pod with a user namespace of its own. */
  public PlanContext inUserNamespace() {
    return new PlanContext(podSecurityLevel, pinnedMinor, kubernetesMinor, true, allowance);
  }

  /** The same if the cluster's administrator allows this. */
  public PlanContext within(Allowance value) {
    return new PlanContext(podSecurityLevel, pinnedMinor, kubernetesMinor, userNamespace, value);
  }

  /** Whether the cluster's administrator allows no privilege. */
  public boolean capped() {
    return allowance.privilege().isPresent();
  }

  /** Why pods may not be privileged, as a sentence; empty if they may. */
  Optional<String> noPrivilege() {
    if (capped()) {
      return allowance.privilege().map(Refusal::why);
    }
    if (!admitsPrivileged()) {
      return Optional.of(
          "Pod Security %s%s of this namespace refuses privileged pods"
              .formatted(
                  podSecurityLevel,
                  pinned() ? " as of version 1.%d".formatted(pinnedMinor.getAsInt()) : ""));
    }
    return userNamespace
        ? Optional.of("the pod has a user namespace of its own (hostUsers: false)")
        : Optional.empty();
  }

  /** Whether the namespace admits privileged pods. */
  public boolean admitsPrivileged() {
    return podSecurityLevel.equals("privileged");
  }

  /** The y of the version 1.y whose safe sysctls a pod may have. */
  public int safeSysctlsOf() {
    return pinned() ? pinnedMinor.getAsInt() : kubernetesMinor;
  }

  /** Whether it is the namespace's version of Pod Security that decides which sysctls are safe. */
  public boolean pinned() {
    return !admitsPrivileged()
        && pinnedMinor.isPresent()
        && pinnedMinor.getAsInt() < kubernetesMinor;
  }
}
