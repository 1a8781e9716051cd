package dev.wstuning.e2e.scale;

import java.util.List;

/** One part of the measurement, which brings the cluster to where it begins by itself. */
interface Part {

  /** Names the part and its result. */
  String name();

  /** Measures, and leaves the fleet behind for the next part. */
  List<Line> measure();

  /** Whether it is measured only if it is named. */
  default boolean onlyIfNamed() {
    return false;
  }
}
