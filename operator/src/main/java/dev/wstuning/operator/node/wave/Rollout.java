package dev.wstuning.operator.node.wave;

import dev.wstuning.operator.node.plan.Settings;
import java.util.Optional;

/**
 * How far the settings of a tuning have come.
 *
 * @param settled the settings whose waves are over; empty if none have been so far
 * @param progress empty if no node waits for its turn
 */
public record Rollout(Optional<Settings> settled, Optional<Progress> progress) {

  /**
   * An unfinished rollout.
   *
   * @param updated how many of the selected nodes were given the new settings
   */
  public record Progress(int updated, int selected, int wave, Optional<Stop> stop) {}

  /** All waves are over. */
  static Rollout over(Settings settings) {
    return new Rollout(Optional.of(settings), Optional.empty());
  }
}
