package dev.wstuning.operator.pod.observation;

import java.util.Optional;

/**
 * What is kept of a pod: all that follows from its object alone, read once when it arrives.
 *
 * @param boot what its init container reported
 * @param booted the second in which it ended; zero if that is unknown
 */
public record PodRecord(PodFacts facts, Boot boot, long booted) {

  /** The same pod's, not that of another pod of its name. */
  Optional<PodRecord> of(String uid) {
    return facts.uid().equals(uid) ? Optional.of(this) : Optional.empty();
  }
}
