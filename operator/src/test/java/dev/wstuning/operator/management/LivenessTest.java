package dev.wstuning.operator.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LivenessTest {

  private final AtomicLong nanos = new AtomicLong();
  private final Liveness liveness = new Liveness(nanos::get);

  @AfterEach
  void close() {
    liveness.close();
  }

  @Test
  void aProcessWhosePoolsRunTasksIsWell() {
    liveness.watch("the webhook", Runnable::run);

    beatFor(Duration.ofMinutes(10));

    assertThat(liveness.problem()).isEmpty();
  }

  @Test
  void aPoolThatRunsNothingForAMinuteMustBeRestarted() {
    Deque<Runnable> stuck = new ArrayDeque<>();
    liveness.watch("the webhook", stuck::add);

    beatFor(Duration.ofSeconds(55));
    assertThat(liveness.problem()).isEmpty();
    beatFor(Duration.ofSeconds(10));

    assertThat(liveness.problem())
        .contains("the threads of the webhook have made no progress for a minute");
    assertThat(stuck).as("tasks do not pile up").hasSize(1);
  }

  @Test
  void aPoolThatCatchesUpIsWellAgain() {
    Deque<Runnable> late = new ArrayDeque<>();
    liveness.watch("the webhook", late::add);
    beatFor(Duration.ofSeconds(50));

    late.pop().run();
    beatFor(Duration.ofSeconds(50));

    assertThat(liveness.problem()).isEmpty();
  }

  @Test
  void aPoolThatRefusesTasksMustBeRestarted() {
    liveness.watch(
        "the webhook",
        task -> {
          throw new RejectedExecutionException("full");
        });

    beatFor(Duration.ofSeconds(65));

    assertThat(liveness.problem()).isPresent();
  }

  @Test
  void aProcessThatDoesNotEvenRunItsTimerMustBeRestarted() {
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());

    assertThat(liveness.problem())
        .contains("the threads of the timer have made no progress for a minute");
  }

  @Test
  void aProcessWithADeadlockMustBeRestarted() throws Exception {
    ReentrantLock first = new ReentrantLock();
    ReentrantLock second = new ReentrantLock();
    CountDownLatch bothHeld = new CountDownLatch(2);
    Thread one = take(first, second, bothHeld);
    Thread other = take(second, first, bothHeld);
    try {
      for (int i = 0; i < 100 && liveness.problem().isEmpty(); i++) {
        Thread.sleep(20);
      }
      assertThat(liveness.problem()).contains("2 threads are deadlocked");
    } finally {
      one.interrupt();
      other.interrupt();
    }
  }

  private static Thread take(ReentrantLock first, ReentrantLock second, CountDownLatch bothHeld) {
    Thread thread =
        new Thread(
            () -> {
              first.lock();
              bothHeld.countDown();
              try {
                bothHeld.await(10, TimeUnit.SECONDS);
                second.lockInterruptibly();
              } catch (InterruptedException e) {
                // The test is over.
              }
            });
    thread.start();
    return thread;
  }

  private void beatFor(Duration time) {
    for (long second = 0; second < time.toSeconds(); second += 5) {
      liveness.beat();
      nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    }
    liveness.beat();
  }
}
