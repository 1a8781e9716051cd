package dev.wstuning.operator.pod.tuner;

import java.util.Optional;

/**
 * What the init container of a pod does there, read once from the pod's spec; or what the agent of
 * its node did in its place.
 *
 * @param command its command; empty unless the arguments are exactly those that the operator writes
 * @param holdsOnFailure whether it holds the pod when something fails
 * @param believable whether it runs what the operator injects, so that its report may be believed
 * @param privileged whether it is the one that writes the sysctls itself
 * @param byNode whether it is the agent of the pod's node
 * @param image as it stands in the pod, which a registry mirror may have rewritten; empty if none
 *     does
 */
public record InjectedTuner(
    Optional<TunerCommand> command,
    boolean holdsOnFailure,
    boolean believable,
    boolean privileged,
    boolean byNode,
    Optional<String> image) {

  /** An init container. */
  public InjectedTuner(
      Optional<TunerCommand> command,
      boolean holdsOnFailure,
      boolean believable,
      boolean privileged,
      Optional<String> image) {
    this(command, holdsOnFailure, believable, privileged, false, image);
  }

  /** The agent of the pod's node. */
  public static InjectedTuner ofNode(Optional<TunerCommand> command, boolean holdsOnFailure) {
    return new InjectedTuner(command, holdsOnFailure, true, true, true, Optional.empty());
  }

  /** Its command, if its report may be believed. */
  public Optional<TunerCommand> believed() {
    return believable ? command : Optional.empty();
  }
}
