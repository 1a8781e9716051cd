package dev.wstuning.operator.pod.tuner;

import java.util.Optional;

/**
 * What the init container of a pod does there, read once from the pod's spec.
 *
 * @param command its command; empty unless the arguments are exactly those that the operator writes
 * @param holdsOnFailure whether it holds the pod when something fails
 * @param believable whether it runs what the operator injects, so that its report may be believed
 * @param privileged whether it is the one that writes the sysctls itself
 * @param image as it stands in the pod, which a registry mirror may have rewritten; empty if none
 *     does
 */
public record InjectedTuner(
    Optional<TunerCommand> command,
    boolean holdsOnFailure,
    boolean believable,
    boolean privileged,
    Optional<String> image) {

  /** Its command, if its report may be believed. */
  public Optional<TunerCommand> believed() {
    return believable ? command : Optional.empty();
  }
}
