package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.Statuses;
import dev.wstuning.operator.fixtures.Tunings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A status that the operator writes must not wake it again. */
class SpecOrRequestChangedTest {

  private final WebSocketTuning before = tuning();
  private final WebSocketTuning after = tuning();

  @Test
  void aStatusIsNotRelevant() {
    after.setStatus(Statuses.of(1));
    after.getMetadata().setResourceVersion("2");

    assertThat(accepted()).isFalse();
  }

  @Test
  void aChangedSpecIsRelevant() {
    after.getMetadata().setGeneration(2L);

    assertThat(accepted()).isTrue();
  }

  @Test
  void aChangedAnnotationIsRelevant() {
    after.getMetadata().setAnnotations(Map.of("wstuning.dev/observe", "again"));

    assertThat(accepted()).isTrue();
  }

  @Test
  void anotherResourceOfTheSameNameIsRelevant() {
    after.getMetadata().setUid("other");

    assertThat(accepted()).isTrue();
  }

  private boolean accepted() {
    return new SpecOrRequestChanged().accept(after, before);
  }

  private static WebSocketTuning tuning() {
    return Tunings.of("chat", tune().keepalive(300, 10, 5).build());
  }
}
