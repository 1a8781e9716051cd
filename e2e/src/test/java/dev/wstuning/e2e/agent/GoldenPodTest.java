package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The samples, as the story reads them. */
class GoldenPodTest {

  @Test
  void ownersAreAmongTheTuningsAndSomePodsAreLeftAlone() {
    List<GoldenPod> all = GoldenPod.all();

    assertThat(all).hasSizeGreaterThan(20);
    assertThat(all)
        .allSatisfy(
            sample ->
                assertThat(sample.tunings())
                    .extracting(GoldenPod.Tuning::name)
                    .containsAll(sample.owner().stream().toList()));
    assertThat(all).extracting(GoldenPod::excludedBy).contains(Set.of("agent", "operator"));
    assertThat(all).filteredOn(s -> s.owner().isEmpty()).hasSizeGreaterThan(3);
  }

  @Test
  void theOldestTuningComesFirst() {
    GoldenPod oldest =
        GoldenPod.all().stream()
            .filter(s -> s.name().equals("the-oldest-owns"))
            .findFirst()
            .orElseThrow();

    assertThat(oldest.tunings())
        .extracting(GoldenPod.Tuning::name)
        .containsExactly("zz-older", "newer");
  }
}
