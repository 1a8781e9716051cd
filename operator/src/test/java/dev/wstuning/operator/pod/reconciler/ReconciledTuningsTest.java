package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.reconciler.ReconciledTunings.Change;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReconciledTuningsTest {

  private static final ResourceID CHAT = new ResourceID("chat", Tunings.NAMESPACE);

  private final ReconciledTunings known = new ReconciledTunings();

  @Test
  void aTuningIsNewsOnceForEachSpec() {
    assertThat(known.take(chat("1", 1))).isEqualTo(new Change(Optional.empty(), true));
    assertThat(known.take(chat("1", 1))).isEqualTo(new Change(Optional.empty(), false));
    assertThat(known.take(chat("1", 2))).isEqualTo(new Change(Optional.empty(), true));
  }

  @Test
  void anotherTuningOfTheSameNameReplacesTheFirst() {
    known.take(chat("1", 1));

    assertThat(known.take(chat("2", 1))).isEqualTo(new Change(Optional.of("1"), true));
    assertThat(known.isCurrent(chat("1", 1))).isFalse();
    assertThat(known.isCurrent(chat("2", 1))).isTrue();
  }

  @Test
  void oneThatIsGoneIsForgotten() {
    known.take(chat("1", 1));

    assertThat(known.uid(CHAT)).contains("1");
    known.remove(CHAT);
    assertThat(known.uid(CHAT)).isEmpty();
    assertThat(known.isCurrent(chat("1", 1))).isFalse();
  }

  @Test
  void oneThatIsGoneUntoldIsFound() {
    known.take(chat("1", 1));

    assertThat(known.without(id -> true)).isEmpty();
    assertThat(known.without(id -> false)).containsExactly(CHAT);
    known.remove(CHAT);
    assertThat(known.without(id -> false)).isEmpty();
  }

  private static WebSocketTuning chat(String uid, long generation) {
    WebSocketTuning tuning = Tunings.of("chat", tune().keepalive(300, 10, 5).build());
    tuning.getMetadata().setUid(uid);
    tuning.getMetadata().setGeneration(generation);
    return tuning;
  }
}
