package dev.wstuning.e2e.scale;

import java.time.Duration;

/** A duration as tables show it. */
final class Seconds {

  private Seconds() {}

  static double of(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
