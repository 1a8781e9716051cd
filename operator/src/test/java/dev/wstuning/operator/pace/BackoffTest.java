package dev.wstuning.operator.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final MovableClock clock = new MovableClock("2026-01-01T00:00:00Z");
  private final Backoff<String> backoff =
      new Backoff<>(Duration.ofMinutes(1), Duration.ofMinutes(5), clock::nanoTime);

  @Test
  void aTargetThatRefusedNothingMayBeAsked() {
    assertThat(backoff.pending("a")).isEmpty();
  }

  @Test
  void eachRefusalDoublesThePauseUpToTheLongest() {
    for (int minutes : new int[] {1, 2, 4, 5, 5}) {
      assertThat(backoff.pending("a")).isEmpty();
      backoff.refused("a", "no");
      clock.pass(Duration.ofMinutes(minutes).minusSeconds(1));
      assertThat(backoff.pending("a")).hasValueSatisfying(r -> assertThat(r.why()).isEqualTo("no"));
      clock.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void aRefusalOfOneTargetHoldsNoOther() {
    backoff.refused("a", "no");

    assertThat(backoff.pending("b")).isEmpty();
  }

  @Test
  void successAndForgettingBeginFromScratch() {
    backoff.refused("a", "no");
    backoff.refused("a", "no");
    backoff.succeeded("a");

    assertThat(backoff.refused("a", "no").pause()).isEqualTo(Duration.ofMinutes(1));
    backoff.forget("a"::equals);
    assertThat(backoff.pending("a")).isEmpty();
  }

  @Test
  void whatRemainsOfAPauseIsNeverNegative() {
    Backoff.Refusal refusal = backoff.refused("a", "no");
    clock.pass(Duration.ofSeconds(45));
    assertThat(backoff.remaining(refusal)).isEqualTo(Duration.ofSeconds(15));
    clock.pass(Duration.ofMinutes(1));
    assertThat(backoff.remaining(refusal)).isZero();
  }

  @Test
  void aPauseIsAsLongAsItIsWhateverHappensToTheMachinesClock() {
    Backoff.Refusal refusal = backoff.refused("a", "no");
    clock.set(Duration.ofHours(1));
    assertThat(backoff.remaining(refusal)).isEqualTo(Duration.ofMinutes(1));
    clock.set(Duration.ofHours(-2));
    assertThat(backoff.remaining(refusal)).isEqualTo(Duration.ofMinutes(1));

    clock.pass(Duration.ofMinutes(1));
    assertThat(backoff.pending("a")).isEmpty();
  }
}
