package dev.wstuning.operator.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateLimitTest {

  private final MovableClock clock = new MovableClock("2026-01-01T00:00:00Z");
  private final RateLimit rateLimit = new RateLimit(3, clock);

  @Test
  void oneThatIsAloneMayTakeAllTurns() {
    for (int second = 0; second < 3; second++) {
      assertThat(turns("a", 10)).isEqualTo(3);
      clock.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void aSecondIsNotOverSooner() {
    turns("a", 3);
    clock.pass(Duration.ofMillis(999));
    assertThat(rateLimit.take("a")).isFalse();
    clock.pass(Duration.ofMillis(1));
    assertThat(rateLimit.take("a")).isTrue();
  }

  @Test
  void oneThatWaitsIsServedBeforeOneThatHadATurn() {
    turns("greedy", 10);
    assertThat(rateLimit.take("modest")).isFalse();
    clock.pass(Duration.ofSeconds(1));

    assertThat(turns("greedy", 10)).isEqualTo(2);
    assertThat(rateLimit.take("modest")).isTrue();
  }

  @Test
  void sevenThatAlwaysWantATurnWaitAboutEquallyLong() {
    List<String> all = List.of("a", "b", "c", "d", "e", "f", "g");
    Map<String, Integer> lastTurn = new HashMap<>();
    for (int second = 1; second <= 70; second++) {
      for (String who : all) {
        if (rateLimit.take(who)) {
          lastTurn.put(who, second);
        }
        assertThat(second - lastTurn.getOrDefault(who, 0)).as(who).isLessThanOrEqualTo(3);
      }
      clock.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void oneThatStoppedTryingHoldsUpTheOthersOnlyBriefly() {
    turns("a", 3);
    for (String who : List.of("gone-1", "gone-2", "gone-3")) {
      assertThat(rateLimit.take(who)).isFalse();
    }
    clock.pass(Duration.ofSeconds(1));
    assertThat(rateLimit.take("a")).isFalse();
    clock.pass(Duration.ofSeconds(10));

    assertThat(turns("a", 10)).isEqualTo(3);
  }

  private int turns(String who, int tries) {
    int turns = 0;
    for (int i = 0; i < tries; i++) {
      turns += rateLimit.take(who) ? 1 : 0;
    }
    return turns;
  }
}
