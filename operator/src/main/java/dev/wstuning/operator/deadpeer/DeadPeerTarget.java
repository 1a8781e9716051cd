package dev.wstuning.operator.deadpeer;

import dev.wstuning.operator.sysctl.Sysctl;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Calculates from "dead peers are found within N seconds" the values that keep this promise: on
 * idle connections, with unacknowledged data, and if only some of the values could be set. No
 * single lost probe cuts a peer, and an application that sets stricter values for some of the
 * options breaks nothing.
 */
public final class DeadPeerTarget {

  /** The smallest promise that whole seconds, three probes and late timers can keep. */
  public static final int SMALLEST = 10;

  /** A day. */
  public static final int LARGEST = 86_400;

  /** The shortest idle time of a load balancer that probes can stay below. */
  static final int SMALLEST_LOAD_BALANCER_IDLE = 4;

  private static final int PROBES = 3;
  private static final int SHORTEST_SECONDS = 2;
  private static final int LEAST_RETRIES2 = (int) Sysctl.TCP_RETRIES2.min();

  /** More than the kernel's default would make connections live longer than without a tuning. */
  private static final int MOST_RETRIES2 = Retransmission.DEFAULT.retries2();

  private DeadPeerTarget() {}

  /** The numbers; what a longer promise gives is never stricter than what a shorter one gives. */
  public record Derived(Keepalive keepalive, int userTimeoutSeconds, int retries2) {}

  /**
   * @param withinSeconds from {@link #SMALLEST} to {@link #LARGEST}
   * @param loadBalancerIdleSeconds after how long without traffic something before the pods cuts a
   *     connection; probes then start earlier. At least {@link #SMALLEST_LOAD_BALANCER_IDLE}
   */
  public static Derived derive(int withinSeconds, OptionalInt loadBalancerIdleSeconds) {
    requireWithin("withinSeconds", withinSeconds, SMALLEST);
    loadBalancerIdleSeconds.ifPresent(
        idle -> requireWithin("loadBalancerIdleSeconds", idle, SMALLEST_LOAD_BALANCER_IDLE));
    // Half of an odd number is rounded down, so that the intervals keep the rest.
    int within = withinSeconds - withinSeconds % 2;
    Keepalive keepalive =
        IntStream.iterate(
                longestTime(within, loadBalancerIdleSeconds),
                time -> time >= SHORTEST_SECONDS,
                time -> time - 1)
            .mapToObj(time -> new Keepalive(time, (budget(within) - time) / PROBES, PROBES))
            .filter(candidate -> keepsPromise(candidate, within))
            .findFirst()
            .orElseThrow();
    return new Derived(keepalive, (int) keepalive.safeUserTimeout(), retries2(within));
  }

  private static void requireWithin(String what, int seconds, int smallest) {
    if (seconds < smallest || seconds > LARGEST) {
      throw new IllegalArgumentException(
          "%s is from %d to %d, not %d".formatted(what, smallest, LARGEST, seconds));
    }
  }

  /** Seconds that all timers together may be set to, so that late ones end in time. */
  private static int budget(int within) {
    return 8 * (within - 1) / 9;
  }

  /** Half of the promise: probes are rare, and there is time for three of them. */
  private static int longestTime(int within, OptionalInt loadBalancerIdleSeconds) {
    int time = Math.min(within / 2, (int) Sysctl.TCP_KEEPALIVE_TIME.max());
    return loadBalancerIdleSeconds.isPresent()
        ? Math.min(time, (8 * loadBalancerIdleSeconds.getAsInt() - 1) / 9)
        : time;
  }

  /**
   * Whether the user timeout that lets three probes be lost is over when the third is, and whether
   * the promise holds for every smaller time and interval too. Those can be such that a probe comes
   * just before the user timeout is over: then one more interval passes. Counted in eighths of
   * seconds because timers may be late.
   */
  private static boolean keepsPromise(Keepalive keepalive, int within) {
    long userTimeout = keepalive.safeUserTimeout();
    long justBefore = Math.min(8 * userTimeout, 9 * (userTimeout - 1));
    return keepalive.interval() >= SHORTEST_SECONDS
        && userTimeout <= keepalive.deadPeerSeconds()
        && justBefore + 9L * keepalive.interval() <= 8L * (within - 1);
  }

  /**
   * For sockets without a user timeout: the most repetitions that end in time, with the kernel's
   * longest wait. A shorter one ends them earlier.
   */
  private static int retries2(int within) {
    return IntStream.iterate(MOST_RETRIES2, r -> r > LEAST_RETRIES2, r -> r - 1)
        .filter(r -> givesUpWithin(r, Duration.ofSeconds(within)))
        .findFirst()
        .orElse(LEAST_RETRIES2);
  }

  private static boolean givesUpWithin(int retries2, Duration within) {
    Retransmission retransmission =
        new Retransmission(retries2, Retransmission.DEFAULT_RTO_MAX_MILLIS);
    Duration atMost = DeadPeerTime.atMost(retransmission.givenUpAtMostAfter());
    return atMost.compareTo(within) <= 0;
  }
}
