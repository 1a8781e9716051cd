package dev.wstuning.operator.deadpeer;

import java.time.Duration;

/**
 * How long the kernel repeats data that is not acknowledged.
 *
 * @param retries2 {@code net.ipv4.tcp_retries2}
 * @param rtoMaxMillis {@code net.ipv4.tcp_rto_max_ms}, the longest wait between two repetitions;
 *     kernels without that key wait {@value #DEFAULT_RTO_MAX_MILLIS}
 */
public record Retransmission(int retries2, int rtoMaxMillis) {

  static final int DEFAULT_RETRIES2 = 15;
  public static final int DEFAULT_RTO_MAX_MILLIS = 120_000;
  public static final Retransmission DEFAULT =
      new Retransmission(DEFAULT_RETRIES2, DEFAULT_RTO_MAX_MILLIS);

  /** TCP_RTO_MIN, the first wait on a network without delay. */
  private static final long RTO_MIN_MILLIS = 200;

  /**
   * Time without an acknowledgement after which the kernel may give up: tcp_model_timeout() in
   * net/ipv4/tcp_timer.c. Waits double from 200 ms up to the longest; retries2 of them, and the
   * first.
   */
  Duration giveUpAfter() {
    long millis = 0;
    long wait = RTO_MIN_MILLIS;
    for (int i = 0; i <= retries2; i++) {
      millis += Math.min(wait, rtoMaxMillis);
      wait = Math.min(2 * wait, DEFAULT_RTO_MAX_MILLIS);
    }
    return Duration.ofMillis(millis);
  }

  /**
   * When it has given up at the latest. It looks at the clock only when a wait ends
   * (tcp_write_timeout() in net/ipv4/tcp_timer.c), and the waits of a connection are multiples of
   * its own round trip time: the one that runs when the time is over is waited for to its end, and
   * may be as long as all before it. A user timeout is not subject to this delay
   * (tcp_clamp_rto_to_user_timeout()).
   */
  Duration givenUpAtMostAfter() {
    return giveUpAfter().plus(longestWaitWithin(giveUpAfter()));
  }

  /** The longest wait among those that fill {@code time}: doubling, it is as long as the rest. */
  private Duration longestWaitWithin(Duration time) {
    Duration longest = Duration.ofMillis(rtoMaxMillis);
    return time.compareTo(longest) < 0 ? time : longest;
  }

  /**
   * How long a peer may be away and still be sent a repetition before {@code time} is over; in the
   * last wait, which may be half of it, nothing is sent.
   */
  Duration lastRepetitionBefore(Duration time) {
    Duration half = time.dividedBy(2);
    Duration beforeLongestWait = time.minusMillis(rtoMaxMillis);
    return half.compareTo(beforeLongestWait) > 0 ? half : beforeLongestWait;
  }
}
