package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.pace.Pauses;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestartingTest {

  private final List<FakePart> parts = new CopyOnWriteArrayList<>();
  private final AtomicInteger failingStarts = new AtomicInteger();
  private final Restarting<FakePart> restarting =
      new Restarting<>(
          "parts",
          failure -> {
            FakePart part = new FakePart(failure, failingStarts.getAndDecrement() > 0);
            parts.add(part);
            return part;
          },
          new Pauses(Duration.ofMillis(5), Duration.ofMillis(20)),
          System::nanoTime);

  private static final class FakePart implements Restarting.Part {
    private final CompletableFuture<Void> failure;
    private final boolean fails;
    private volatile boolean started;
    private volatile boolean closed;

    FakePart(CompletableFuture<Void> failure, boolean fails) {
      this.failure = failure;
      this.fails = fails;
    }

    @Override
    public void start() throws InterruptedException {
      if (fails) {
        throw new IllegalStateException("as a test");
      }
      started = true;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @AfterEach
  void close() {
    restarting.close();
  }

  @Test
  void aPartThatFailsIsClosedAndAnotherIsMade() {
    restarting.start();
    await().until(() -> restarting.current().filter(p -> p.started).isPresent());

    parts.get(0).failure.completeExceptionally(new IllegalStateException("as a test"));

    await().until(() -> restarting.current().filter(p -> p != parts.get(0)).isPresent());
    await().until(() -> parts.get(1).started);
    assertThat(parts.get(0).closed).isTrue();
    assertThat(parts.get(1).closed).isFalse();
  }

  @Test
  void aPartThatDoesNotStartIsClosedToo() {
    failingStarts.set(3);
    restarting.start();

    await().until(() -> parts.size() == 4 && parts.get(3).started);
    assertThat(parts.subList(0, 3)).allMatch(p -> p.closed).noneMatch(p -> p.started);
  }

  @Test
  void theEndClosesThePartAndMakesNoOther() throws Exception {
    restarting.start();
    await().until(() -> restarting.current().filter(p -> p.started).isPresent());

    restarting.close();

    assertThat(restarting.current()).isEmpty();
    assertThat(parts).singleElement().matches(p -> p.closed);
    TimeUnit.MILLISECONDS.sleep(50);
    assertThat(parts).hasSize(1);
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    Pauses pauses = new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(3));

    assertThat(pauses.after(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(2));
    assertThat(pauses.after(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(3));
    assertThat(pauses.after(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }
}
