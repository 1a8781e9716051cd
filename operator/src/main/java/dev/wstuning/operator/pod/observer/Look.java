package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.Observation;
import java.time.Duration;
import java.util.Optional;

/**
 * What is known of a pod's server now.
 *
 * @param again when to look again although nothing happened; empty if events are enough
 */
public record Look(Observation observation, Optional<Duration> again) {
  static Look at(Observation observation) {
    return new Look(observation, Optional.empty());
  }

  static Look await(String state) {
    return at(new Observation.Pending(state));
  }
}
