package dev.wstuning.operator.deadpeer;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long a connection outlives a peer that vanished without a word: the model of
 * docs/dead-peers.md.
 *
 * @param idle since the peer was last heard, if nothing waits to be acknowledged; empty: never
 * @param busy since the first data that the peer did not acknowledge. A server that pings finds out
 *     after at most one period of its pings and this time
 * @param toleratedOutage the longest absence, begun at the worst moment, that cuts no peer that
 *     then is back
 */
public record DeadPeerTime(Optional<Detection> idle, Detection busy, Duration toleratedOutage) {

  /** Apart from late timers: round trips, and the time until the operator reads the kernel. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  /**
   * @param after what the values say
   * @param atMost with timers as late as the kernel may fire them
   */
  public record Detection(Duration after, Duration atMost) {

    /** Whole seconds, rounded up. */
    public long seconds() {
      return wholeSeconds(after);
    }

    /** Whole seconds, rounded up. */
    public long atMostSeconds() {
      return wholeSeconds(atMost);
    }

    private static long wholeSeconds(Duration duration) {
      return duration.getNano() == 0 ? duration.getSeconds() : duration.getSeconds() + 1;
    }
  }

  /**
   * @param keepalive the values in force on the socket; empty if keepalive does not run
   * @param userTimeout TCP_USER_TIMEOUT of the socket; zero: none
   */
  public static DeadPeerTime of(
      Optional<Keepalive> keepalive, Duration userTimeout, Retransmission retransmission) {
    Duration busy = userTimeout.isZero() ? retransmission.giveUpAfter() : userTimeout;
    Duration busyAtMost = userTimeout.isZero() ? retransmission.givenUpAtMostAfter() : userTimeout;
    Duration toleratedBusy = retransmission.lastRepetitionBefore(busy);
    Optional<Duration> toleratedIdle = keepalive.map(k -> toleratedIdle(k, userTimeout));
    return new DeadPeerTime(
        keepalive.map(k -> idle(k, userTimeout)),
        new Detection(busy, atMost(busyAtMost)),
        toleratedIdle.filter(idle -> idle.compareTo(toleratedBusy) < 0).orElse(toleratedBusy));
  }

  /** The longer of the two with late timers, in whole seconds; empty if it may be forever. */
  public OptionalLong withinSeconds() {
    return idle.stream()
        .mapToLong(detection -> Math.max(detection.atMostSeconds(), busy.atMostSeconds()))
        .findFirst();
  }

  /** How late something may happen for which the kernel sets timers of {@code nominal} together. */
  public static Duration atMost(Duration nominal) {
    return KernelTimer.latest(nominal).plus(SLACK);
  }

  /**
   * tcp_keepalive_timer() in net/ipv4/tcp_timer.c, which looks when a probe is due: without a user
   * timeout it counts the unanswered ones; with one it checks instead whether the peer has been
   * silent that long, and whether at least one is unanswered.
   */
  private static Detection idle(Keepalive keepalive, Duration userTimeout) {
    Duration interval = Duration.ofSeconds(interval(keepalive));
    Duration nominal = silenceAt(keepalive, unanswered(keepalive, userTimeout));
    Duration latest = KernelTimer.latest(nominal);
    if (!userTimeout.isZero()) {
      // It is seen at the first probe after it is over, be that an early one that came late.
      Duration overAndOneInterval = userTimeout.plus(KernelTimer.latest(interval));
      Duration firstProbe = KernelTimer.latest(silenceAt(keepalive, 1));
      latest = min(latest, max(overAndOneInterval, firstProbe));
    }
    return new Detection(nominal, latest.plus(SLACK));
  }

  private static Duration silenceAt(Keepalive keepalive, long unanswered) {
    return Duration.ofSeconds(keepalive.time() + interval(keepalive) * unanswered);
  }

  /** Sysctls can be zero; the kernel then probes as often as it can. */
  private static long interval(Keepalive keepalive) {
    return Math.max(1, keepalive.interval());
  }

  private static long unanswered(Keepalive keepalive, Duration userTimeout) {
    return userTimeout.isZero()
        ? keepalive.probes()
        : atLeastOne(
            ceilDiv(userTimeout.toMillis() - 1000L * keepalive.time(), 1000 * interval(keepalive)));
  }

  /** A peer that vanishes just before a probe misses it, and may come back before the last one. */
  private static Duration toleratedIdle(Keepalive keepalive, Duration userTimeout) {
    return Duration.ofSeconds(interval(keepalive) * (fewestUnanswered(keepalive, userTimeout) - 1));
  }

  /** As {@link #unanswered}, if late timers let a user timeout be over at an earlier probe. */
  private static long fewestUnanswered(Keepalive keepalive, Duration userTimeout) {
    return userTimeout.isZero()
        ? keepalive.probes()
        : atLeastOne(
            ceilDiv(
                8 * userTimeout.toMillis() - 9000L * keepalive.time(), 9000 * interval(keepalive)));
  }

  private static long atLeastOne(long probes) {
    return Math.max(1, probes);
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
