package dev.wstuning.operator.tuning;

/**
 * What the planner must know of the cluster.
 *
 * @param privilegedAdmitted whether the namespace's Pod Security level admits privileged pods
 * @param podSecurityLevel that level, for messages: privileged, baseline or restricted
 * @param kubernetesMinor the y of Kubernetes 1.y, which decides which sysctls are safe
 */
public record Surroundings(
    boolean privilegedAdmitted, String podSecurityLevel, int kubernetesMinor) {}
