package dev.wstuning.operator.deadpeer;

import java.time.Duration;

/**
 * The kernel's timers never fire early, and the longer they are the later they may: the timer wheel
 * (kernel/time/timer.c) rounds up to the granularity of the level a timer falls into, an eighth of
 * its length at most.
 */
final class KernelTimer {

  private KernelTimer() {}

  /** When a timer of this length has fired at the latest. */
  static Duration latest(Duration length) {
    long seconds = length.getSeconds();
    long nanos = (seconds % 8 * 1_000_000_000 + length.getNano()) / 8;
    return length.plusSeconds(seconds / 8).plusNanos(nanos);
  }
}
