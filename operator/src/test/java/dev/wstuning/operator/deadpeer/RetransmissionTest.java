package dev.wstuning.operator.deadpeer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetransmissionTest {

  @ParameterizedTest
  @CsvSource({
    "15, 120000, 924.6", // the kernel's own: ip-sysctl.rst says 924.6 as well
    "8, 120000, 102.2",
    "5, 120000, 12.6",
    "3, 120000, 3.0",
    "0, 120000, 0.2",
    "15, 5000, 61.2",
    "15, 1000, 14.4", // 0.2 + 0.4 + 0.8 and thirteen times the longest
    "255, 120000, 29724.6",
  })
  void theKernelGivesUpAtTheTimeOfItsModel(int retries2, int rtoMaxMillis, double seconds) {
    assertThat(new Retransmission(retries2, rtoMaxMillis).giveUpAfter())
        .isEqualTo(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  /** The closed form that tcp_model_timeout() computes, for all that sysctls can be. */
  @ParameterizedTest
  @ValueSource(ints = {1000, 1600, 1601, 5000, 60_000, 119_999, 120_000})
  void theTimeIsTheClosedFormOfTheKernel(int rtoMaxMillis) {
    for (int retries2 = 0; retries2 <= 255; retries2++) {
      int linear = 31 - Integer.numberOfLeadingZeros(rtoMaxMillis / 200);
      long millis =
          retries2 <= linear
              ? ((2L << retries2) - 1) * 200
              : ((2L << linear) - 1) * 200 + (long) (retries2 - linear) * rtoMaxMillis;

      assertThat(new Retransmission(retries2, rtoMaxMillis).giveUpAfter().toMillis())
          .as("retries2 %d", retries2)
          .isEqualTo(millis);
    }
  }

  @Test
  void theWaitThatRunsWhenTheTimeIsOverIsWaitedFor() {
    assertThat(new Retransmission(5, 120_000).givenUpAtMostAfter())
        .isEqualTo(Duration.ofMillis(25_200));
    assertThat(new Retransmission(15, 120_000).givenUpAtMostAfter())
        .isEqualTo(Duration.ofMillis(1_044_600));
    assertThat(new Retransmission(15, 5000).givenUpAtMostAfter())
        .isEqualTo(Duration.ofMillis(66_200));
  }

  /**
   * The moments of repetitions for every round trip time: what they make of the time is within the
   * bounds, and a peer that is back before the tolerated time is over gets one.
   */
  @ParameterizedTest
  @CsvSource({"3, 120000", "5, 120000", "8, 120000", "15, 120000", "15, 5000", "9, 1000"})
  void theBoundsHoldForEveryRoundTripTime(int retries2, int rtoMaxMillis) {
    Retransmission retransmission = new Retransmission(retries2, rtoMaxMillis);
    long giveUp = retransmission.giveUpAfter().toMillis();
    for (int firstWait = 201; firstWait <= 1000; firstWait++) {
      long wait = firstWait;
      long now = firstWait;
      long lastRepetition = 0;
      while (now - firstWait < giveUp) {
        lastRepetition = now;
        wait = Math.min(2 * wait, rtoMaxMillis);
        now += wait;
      }

      assertThat(now - 3L * firstWait)
          .as("first wait %d ms: given up", firstWait)
          .isLessThanOrEqualTo(retransmission.givenUpAtMostAfter().toMillis());
      assertThat(lastRepetition)
          .as("first wait %d ms: last repetition", firstWait)
          .isGreaterThanOrEqualTo(
              retransmission.lastRepetitionBefore(retransmission.giveUpAfter()).toMillis());
    }
  }
}
