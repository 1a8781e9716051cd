package dev.wstuning.operator.node.plan;

import java.util.Optional;

/**
 * What a node is given of one tuning that selects it.
 *
 * @param given empty if it gets nothing yet
 * @param awaits whether the node gets newer settings when its turn comes
 */
public record Share(String tuning, Optional<Given> given, boolean awaits) {

  /** Settings, and the mark that the node gets with them. */
  public record Given(Settings settings, Mark mark) {}

  /** What the tuning wants now. */
  public static Share newest(String tuning, Settings settings, Mark mark) {
    return new Share(tuning, Optional.of(new Given(settings, mark)), false);
  }

  /** What the node keeps until its turn comes. */
  public static Share former(String tuning, Settings settings, Mark mark) {
    return new Share(tuning, Optional.of(new Given(settings, mark)), true);
  }

  /** Nothing until its turn comes. */
  public static Share nothingYet(String tuning) {
    return new Share(tuning, Optional.empty(), true);
  }
}
