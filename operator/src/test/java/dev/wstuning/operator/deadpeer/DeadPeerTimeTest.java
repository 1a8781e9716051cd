package dev.wstuning.operator.deadpeer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.deadpeer.DeadPeerTime.Detection;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadPeerTimeTest {

  private static final String DEFAULTS = "15/120000";

  /** Measured on Linux 6.18, in seconds: the peer's packets were dropped, the socket was polled. */
  @ParameterizedTest
  @CsvSource({
    "10/2/3, 0, 15.3",
    "300/10/5, 0, 365",
    "15/15/9, 0, 150", // Go's own
    "10/2/3, 60, 59.6", // a user timeout replaces the count of probes
    "15/15/9, 20, 30.1", // one lost probe is enough
    "12/3/5, 5, 15.2", // one probe must go unanswered
    "2/2/5, 25, 26.2",
  })
  void idleIsAsMeasured(String keepalive, int userTimeout, double measured) {
    Detection idle = idle(keepalive, userTimeout);

    assertThat(measured).isBetween(inSeconds(idle.after()) - 1, inSeconds(idle.atMost()));
    assertThat(idle.atMost()).isLessThanOrEqualTo(DeadPeerTime.atMost(idle.after()));
  }

  /** Measured with pings every 3 s: up to as long passes before there is unacknowledged data. */
  @ParameterizedTest
  @CsvSource({
    "'', 15/120000, 0, 940", // AnyCable-Go 1.6.16
    "300/10/5, 15/120000, 0, 942", // the same: keepalive does not run
    "'', 8/120000, 0, 110.5",
    "'', 15/120000, 20, 21.4",
    "'', 15/120000, 0, 942", // another server
    "'', 8/120000, 0, 111",
    "'', 5/120000, 0, 16.4",
    "'', 15/5000, 0, 66",
    "'', 15/120000, 20, 23.5",
  })
  void busyIsAsMeasured(String keepalive, String retransmission, int userTimeout, double measured) {
    Duration busy = time(keepalive, userTimeout, retransmission).busy().after();

    assertThat(measured).isBetween(inSeconds(busy), inSeconds(DeadPeerTime.atMost(busy)) + 3);
  }

  @Test
  void withoutKeepaliveAnIdlePeerIsNeverFound() {
    assertThat(time("", 0, DEFAULTS).idle()).isEmpty();
    assertThat(time("", 20, DEFAULTS).idle()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "30/7/3, 0, 51, 59", // 58.375
    "30/7/3, 50, 51, 59",
    "30/7/3, 44, 44, 51", // at the second probe, or a late one of 49.5 s
    "28/7/3, 50, 56, 59", // 49 s is just before: one interval more, and not an eighth of it all
    "300/10/5, 20, 310, 350",
    "10/0/3, 20, 20, 23", // sysctls can be zero
  })
  void aUserTimeoutIsOverAtAProbe(
      String keepalive, int userTimeout, long seconds, long atMostSeconds) {
    Detection idle = idle(keepalive, userTimeout);

    assertThat(idle.seconds()).isEqualTo(seconds);
    assertThat(idle.atMostSeconds()).isEqualTo(atMostSeconds);
  }

  /** Every probe may come late by its own share: what the kernel then does is within the bounds. */
  @ParameterizedTest
  @CsvSource({
    "30/7/3, 50",
    "28/7/3, 50",
    "15/15/9, 20",
    "10/2/3, 60",
    "12/3/5, 5",
    "300/10/5, 345"
  })
  void lateTimersStayWithinTheBounds(String keepalive, int userTimeout) {
    Keepalive k = keepalive(keepalive).orElseThrow();
    DeadPeerTime model = time(keepalive, userTimeout, DEFAULTS);
    for (int late = 0; late <= 125; late++) {
      double silence = k.time() * (1 + late / 1000.0);
      double firstProbe = silence;
      double lastProbe;
      do {
        lastProbe = silence;
        silence += k.interval() * (1 + late / 1000.0);
      } while (silence < userTimeout);

      assertThat(silence)
          .as("timers late by %d thousandths", late)
          .isLessThanOrEqualTo(inSeconds(model.idle().orElseThrow().atMost()));
      assertThat(inSeconds(model.toleratedOutage()))
          .as("timers late by %d thousandths: outage", late)
          .isLessThanOrEqualTo(lastProbe - firstProbe + 0.001);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "300/10/5, 15/120000, 0, 40", // four intervals between the first probe and the last
    "'', 15/120000, 0, 804.6", // the last repetition is 120 s before the end
    "'', 5/120000, 0, 6.3",
    "'', 15/120000, 20, 10", // measured: 11 s away survived, 14 s were cut at 20.5
    "15/15/9, 15/120000, 20, 0", // one lost probe cuts
    "30/7/3, 15/120000, 50, 14",
    "30/7/3, 15/120000, 49, 7", // late timers: 49.5 s at the second probe
    "30/7/3, 5/120000, 0, 6.3",
  })
  void anOutageIsToleratedAtItsWorstMoment(
      String keepalive, String retransmission, int userTimeout, double seconds) {
    assertThat(inSeconds(time(keepalive, userTimeout, retransmission).toleratedOutage()))
        .isEqualTo(seconds);
  }

  @Test
  void secondsAreRoundedUp() {
    assertThat(time("", 0, "5/120000").busy().seconds()).isEqualTo(13);
    assertThat(time("", 20, DEFAULTS).busy().seconds()).isEqualTo(20);
    assertThat(time("", 20, DEFAULTS).busy().atMostSeconds()).isEqualTo(24);
  }

  private static Detection idle(String keepalive, int userTimeout) {
    return time(keepalive, userTimeout, DEFAULTS).idle().orElseThrow();
  }

  private static DeadPeerTime time(String keepalive, int userTimeout, String retransmission) {
    int[] r = numbers(retransmission);
    return DeadPeerTime.of(
        keepalive(keepalive), Duration.ofSeconds(userTimeout), new Retransmission(r[0], r[1]));
  }

  private static Optional<Keepalive> keepalive(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int[] k = numbers(text);
    return Optional.of(new Keepalive(k[0], k[1], k[2]));
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split("/")).mapToInt(Integer::parseInt).toArray();
  }

  private static double inSeconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
