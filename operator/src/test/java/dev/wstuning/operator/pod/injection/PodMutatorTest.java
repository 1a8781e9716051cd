package dev.wstuning.operator.pod.injection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.ReadableYaml;
import dev.wstuning.operator.pod.injection.PodMutator.LeftAlone;
import dev.wstuning.operator.pod.injection.PodMutator.Outcome;
import dev.wstuning.operator.pod.injection.PodMutator.Tuned;
import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of pods: a folder of {@code src/test/resources/mutation} is a case, and its name
 * says which. Run with -Dgolden.write=true to have what comes out written again, then read the
 * diff.
 */
class PodMutatorTest {

  @ParameterizedTest
  @MethodSource("all")
  void aPodComesOutAsItsFolderShows(GoldenPod golden) throws IOException {
    Outcome outcome = golden.mutate(golden.in());

    String file = outcome instanceof Tuned ? GoldenPod.OUT : GoldenPod.LEFT_ALONE;
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden.folder().resolve(file), describe(outcome));
    }
    assertThat(describe(outcome)).isEqualTo(golden.text(file));
  }

  @ParameterizedTest
  @MethodSource("tuned")
  void onceIsEnough(GoldenPod golden) {
    assertThat(golden.mutate(golden.out())).isEqualTo(new Tuned(golden.out()));
  }

  @ParameterizedTest
  @MethodSource("tuned")
  void theQualityOfServiceStays(GoldenPod golden) {
    assertThat(QosClass.of(golden.out())).isEqualTo(QosClass.of(golden.in()));
  }

  @ParameterizedTest
  @MethodSource("withInitContainer")
  void whatWasOrderedCanBeReadBack(GoldenPod golden) {
    Container tuner = golden.out().getSpec().getInitContainers().get(0);

    assertThat(TunerContainer.read(tuner).command()).isPresent();
    boolean leftOut = golden.out().getMetadata().getAnnotations().containsKey(Markers.NO_PRELOAD);
    assertThat(TunerCommand.fits(golden.plan(), TunerContainer.read(tuner).command(), leftOut))
        .isTrue();
    assertThat(TunerCommand.fits(golden.plan(), TunerContainer.read(tuner).command(), false))
        .isEqualTo(!leftOut);
    assertThat(TunerContainer.read(tuner).believable()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("all")
  void thePodThatCameIsNotTouched(GoldenPod golden) {
    Pod pod = golden.in();

    golden.mutate(pod);

    assertThat(pod).isEqualTo(golden.in());
  }

  @Test
  void noFileIsUnused() {
    Set<String> tuned = Set.of(GoldenPod.IN, GoldenPod.TUNING, GoldenPod.OUT);
    Set<String> leftAlone = Set.of(GoldenPod.IN, GoldenPod.TUNING, GoldenPod.LEFT_ALONE);
    assertThat(GoldenPod.all())
        .hasSizeGreaterThan(10)
        .allSatisfy(golden -> assertThat(golden.files()).isIn(tuned, leftAlone));
  }

  @Test
  void everyReasonToLeaveAPodAloneIsShown() {
    assertThat(GoldenPod.all().stream().filter(g -> !g.isTuned()).map(g -> g.mutate(g.in())))
        .hasSameElementsAs(Stream.of(Exclusion.values()).<Outcome>map(LeftAlone::new).toList());
  }

  private static String describe(Outcome outcome) {
    return outcome instanceof Tuned tuned
        ? ReadableYaml.of(tuned.pod())
        : ((LeftAlone) outcome).why().sentence() + "\n";
  }

  static List<GoldenPod> all() {
    return GoldenPod.all();
  }

  static List<GoldenPod> tuned() {
    return GoldenPod.all().stream().filter(GoldenPod::isTuned).toList();
  }

  static List<GoldenPod> withInitContainer() {
    return tuned().stream()
        .filter(
            g ->
                g.out().getSpec().getInitContainers().stream()
                    .anyMatch(c -> Markers.isTuner(g.out(), c)))
        .toList();
  }
}
