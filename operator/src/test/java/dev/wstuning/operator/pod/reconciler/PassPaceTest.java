package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Tunings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PassPaceTest {

  private static final WebSocketTuning CHAT = tuning("chat", 1);

  private Duration now = Duration.ofMinutes(1);
  private Duration processor = Duration.ofSeconds(5);
  private final PassPace pace = new PassPace(() -> now.toNanos(), () -> processor.toNanos());

  @Test
  void aPassRestsNineTimesAsLongAsItTook() {
    assertThat(pace.remaining(CHAT)).isZero();

    pass(CHAT, 20);

    assertThat(pace.remaining(CHAT)).hasMillis(180);
    now = now.plusMillis(100);
    assertThat(pace.remaining(CHAT)).hasMillis(80);
    now = now.plusMillis(80);
    assertThat(pace.remaining(CHAT)).isZero();
  }

  @Test
  void noPassRestsForMoreThanASecond() {
    pass(CHAT, 400);

    assertThat(pace.remaining(CHAT)).hasSeconds(1);
  }

  /** The API server may take long to answer, which costs this replica nothing. */
  @Test
  void timeWithoutAProcessorDoesNotCount() {
    pace.time(CHAT, () -> now = now.plusSeconds(3));

    assertThat(pace.remaining(CHAT)).isZero();
  }

  @Test
  void anotherSpecAndAnotherTuningDoNotWait() {
    pass(CHAT, 50);

    assertThat(pace.remaining(tuning("chat", 2))).isZero();
    assertThat(pace.remaining(tuning("game", 1))).isZero();
  }

  @Test
  void aTuningThatIsGoneIsForgotten() {
    pass(CHAT, 50);
    pace.forget(CHAT.getMetadata().getUid());

    assertThat(pace.remaining(CHAT)).isZero();
  }

  private void pass(WebSocketTuning tuning, int millis) {
    String outcome =
        pace.time(
            tuning,
            () -> {
              processor = processor.plusMillis(millis);
              return "done";
            });
    assertThat(outcome).isEqualTo("done");
  }

  private static WebSocketTuning tuning(String name, long generation) {
    WebSocketTuning tuning = Tunings.of(name, SpecBuilder.tune().keepalive(300, 10, 5).build());
    tuning.getMetadata().setGeneration(generation);
    return tuning;
  }
}
