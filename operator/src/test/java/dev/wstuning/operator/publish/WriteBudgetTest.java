package dev.wstuning.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A limited number of writes in any second, and no pass that goes on for long. */
class WriteBudgetTest {

  private final MovableClock clock = new MovableClock("2026-01-01T00:00:00Z");
  private final WriteBudget budget = new WriteBudget(2, clock::nanoTime);

  @Test
  void inAnySecondThereAreNotMoreThanAllowed() {
    assertThat(budget.take()).isTrue();
    clock.pass(Duration.ofMillis(900));
    assertThat(budget.take()).isTrue();
    assertThat(budget.take()).isFalse();
    clock.pass(Duration.ofMillis(100));
    assertThat(budget.take()).as("the first one is a second old").isTrue();
    assertThat(budget.take()).isFalse();
  }

  @Test
  void aPassThatTookLongLeavesTheRestToTheNext() {
    budget.begin();
    clock.pass(Duration.ofSeconds(2));
    assertThat(budget.take()).isFalse();
    assertThat(budget.exceeded()).isTrue();

    budget.begin();
    assertThat(budget.exceeded()).isFalse();
    assertThat(budget.take()).isTrue();
  }
}
