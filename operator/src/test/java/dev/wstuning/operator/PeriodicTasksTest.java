package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeriodicTasksTest {

  private static final Duration NOW = Duration.ZERO;
  private static final Duration SOON = Duration.ofMillis(5);

  private final PeriodicTasks tasks = new PeriodicTasks();

  @AfterEach
  void close() {
    tasks.close();
  }

  /** An executor never runs a task again that threw anything. */
  @Test
  void noFailureEndsADuty() throws Exception {
    CountDownLatch exceptions = new CountDownLatch(3);
    CountDownLatch errors = new CountDownLatch(3);
    tasks.add(
        "fails",
        NOW,
        SOON,
        () -> {
          exceptions.countDown();
          throw new IllegalStateException("as a test");
        });
    tasks.add(
        "fails badly",
        NOW,
        SOON,
        () -> {
          errors.countDown();
          throw new StackOverflowError("as a test");
        });

    assertThat(exceptions.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(errors.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aDutyThatTakesLongHoldsUpNoOther() throws Exception {
    CountDownLatch others = new CountDownLatch(3);
    tasks.add("long", NOW, SOON, PeriodicTasksTest::hang);
    tasks.add("other", NOW, SOON, others::countDown);

    assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void hang() {
    try {
      TimeUnit.MINUTES.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
