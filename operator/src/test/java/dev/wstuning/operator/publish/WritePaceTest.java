package dev.wstuning.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WritePaceTest {

  private long nanos = Long.MAX_VALUE - 1; // it may wrap around
  private final WritePace pace = new WritePace(Duration.ofSeconds(5), () -> nanos);

  @Test
  void theFirstWriteDoesNotWait() {
    assertThat(pace.remaining("uid")).isZero();
  }

  @Test
  void theNextOneWaitsForTheRestOfThePause() {
    pace.wrote("uid");
    nanos += Duration.ofSeconds(2).toNanos();

    assertThat(pace.remaining("uid")).isEqualTo(Duration.ofSeconds(3));
    assertThat(pace.remaining("another")).isZero();

    nanos += Duration.ofSeconds(3).toNanos();
    assertThat(pace.remaining("uid")).isZero();
  }

  @Test
  void whatIsGoneIsForgotten() {
    pace.wrote("uid");
    pace.forget("uid");

    assertThat(pace.remaining("uid")).isZero();
  }
}
