package dev.wstuning.operator.pace;

import java.time.Duration;

/** Pauses between attempts: each is twice as long as the one before, up to a longest one. */
public record Pauses(Duration first, Duration longest) {

  /** The pause that follows that many attempts. */
  public Duration following(int attempts) {
    Duration pause = first;
    for (int i = 1; i < attempts && !pause.equals(longest); i++) {
      pause = after(pause);
    }
    return pause;
  }

  /** The pause that follows another. */
  public Duration after(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(longest) > 0 ? longest : twice;
  }
}
