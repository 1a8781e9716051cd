package dev.wstuning.operator.node.wave;

import java.util.Optional;

/**
 * A node in the rollout of a tuning's settings.
 *
 * @param fit whether it may be given the settings now
 * @param updated empty if it was not given them yet
 */
record Member(String node, boolean fit, Optional<Updated> updated) {

  /**
   * @param wave in which it was given them; 0 if outside of all waves
   */
  record Updated(int wave, Health health) {}

  static Member before(String node, boolean fit) {
    return new Member(node, fit, Optional.empty());
  }

  static Member after(String node, int wave, Health health) {
    return new Member(node, false, Optional.of(new Updated(wave, health)));
  }

  boolean isIn(int wave) {
    return updated.filter(u -> u.wave() == wave).isPresent();
  }

  boolean isSettled() {
    return updated.filter(u -> u.health() instanceof Health.Settled).isPresent();
  }
}
