package dev.wstuning.operator.pace;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** So many a second, for the whole cluster. */
public final class Pace {

  private final int perSecond;
  private final Clock clock;
  private Instant second = Instant.EPOCH;
  private int spent;

  public Pace(int perSecond, Clock clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** False if this second's share is spent. */
  public synchronized boolean take() {
    Instant now = clock.instant();
    if (Duration.between(second, now).compareTo(Duration.ofSeconds(1)) >= 0) {
      second = now;
      spent = 0;
    }
    if (spent >= perSecond) {
      return false;
    }
    spent++;
    return true;
  }
}
