package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountedTuningsTest {

  private final CountedTunings tunings = new CountedTunings();

  @Test
  void oneThatIsAloneHasItsTurnAtOnce() {
    tunings.add(tuning(1));
    tunings.add(tuning(1));

    assertThat(tunings.next()).containsExactly(tuning(1));
    assertThat(tunings.next()).isEmpty();
  }

  /** There is traffic everywhere, all the time. */
  @Test
  void ofMoreThanHaveATurnInASecondEachHasItsTurn() {
    Set<ResourceID> had = new HashSet<>();
    for (int second = 0; second < 50; second++) {
      IntStream.range(0, 1000).forEach(i -> tunings.add(tuning(i)));
      assertThat(tunings.next()).hasSize(CountedTunings.PER_SECOND).allMatch(had::add);
    }
    assertThat(had).hasSize(1000);
  }

  private static ResourceID tuning(int i) {
    return new ResourceID("chat-" + i, "team");
  }
}
