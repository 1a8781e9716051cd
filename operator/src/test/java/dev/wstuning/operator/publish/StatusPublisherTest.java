package dev.wstuning.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.fixtures.RecordedWrites;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Statuses;
import dev.wstuning.operator.fixtures.Tunings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has to wait; the stories test what is written, because the mock server cannot. */
class StatusPublisherTest {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final RecordedWrites writes = new RecordedWrites();
  private final WritePace pace = new WritePace(PAUSE, () -> 0);
  private final StatusPublisher<WebSocketTuning, WebSocketTuningStatus> publisher =
      new StatusPublisher<>(
          WebSocketTuning::new, status -> "nothing is pressing", pace, writes, List.of());
  private final WebSocketTuning tuning =
      Tunings.of("chat", SpecBuilder.tune().keepalive(300, 10, 5).build());

  @Test
  void aChangeAfterAWriteIsPutOff() {
    tuning.setStatus(Statuses.of(1));
    pace.wrote("uid-of-chat");

    assertThat(publisher.publish(tuning, Statuses.of(2), null)).contains(PAUSE);
    assertThat(writes.heard()).containsExactly("put off");
  }

  @Test
  void whatIsEqualIsNotPutOff() {
    tuning.setStatus(Statuses.of(1));
    pace.wrote("uid-of-chat");

    assertThat(publisher.publish(tuning, tuning.getStatus(), null)).isEmpty();
    assertThat(writes.heard()).isEmpty();
  }
}
