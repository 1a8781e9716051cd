package dev.wstuning.operator.node.wave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which nodes are next, and what stops them. */
class WavesTest {

  private static final Health WELL = new Health.Settled();
  private static final Health UNDERWAY = new Health.Underway();
  private static final Health BROKEN = new Health.Failed("it burns");

  private final MovableClock clock = new MovableClock("2026-01-01T00:00:00Z");
  private final TreeMap<String, Member> nodes = new TreeMap<>();
  private Waves waves = new Waves(clock::nanoTime);

  @Test
  void oneNodeComesFirstAndThenATwentiethAtATime() {
    nodes(100);

    assertThat(next()).containsExactly("n000");
    assertThat(next()).isEmpty();
    pass(Waves.PROOF);
    assertThat(next()).hasSize(5);
    pass(Waves.PROOF.minusSeconds(5));
    assertThat(next()).isEmpty();
    pass(Duration.ofSeconds(5));
    assertThat(next()).hasSize(5);
    assertThat(decide().wave()).isEqualTo(3);
  }

  @Test
  void ofAFewNodesOneFollowsTheOther() {
    nodes(2);

    assertThat(next()).containsExactly("n000");
    pass(Waves.PROOF);
    assertThat(next()).containsExactly("n001");
    pass(Waves.PROOF);
    assertThat(decide().complete()).isTrue();
  }

  @Test
  void aSingleNodeIsItsOwnProof() {
    nodes(1);

    assertThat(next()).containsExactly("n000");
    assertThat(decide().complete()).isFalse();
    pass(Waves.PROOF);
    assertThat(decide().complete()).isTrue();
  }

  @Test
  void theMinuteBeginsAgainWhenANodeIsNotWellInBetween() {
    nodes(2);
    next();
    pass(Duration.ofSeconds(50));
    nodes.put("n000", Member.after("n000", 1, UNDERWAY));
    decide();
    nodes.put("n000", Member.after("n000", 1, WELL));
    decide();
    pass(Duration.ofSeconds(50));
    assertThat(next()).isEmpty();

    pass(Duration.ofSeconds(10));
    assertThat(next()).containsExactly("n001");
  }

  @Test
  void aNodeThatFailsStopsTheOthersUntilItIsWell() {
    nodes(3);
    next();
    nodes.put("n000", Member.after("n000", 1, BROKEN));

    assertThat(decide().stop()).contains(new Stop("n000", "it burns"));
    pass(Duration.ofHours(1));
    assertThat(decide().next()).isEmpty();
    assertThat(decide().canaryDone()).isFalse();

    nodes.put("n000", Member.after("n000", 1, WELL));
    decide();
    pass(Waves.PROOF);
    assertThat(next()).containsExactly("n001");
  }

  @Test
  void aNodeThatDoesNotReportStopsTheOthersAfterAWhile() {
    nodes(2);
    nodes.put("n000", Member.after("n000", 1, UNDERWAY));

    decide();
    pass(Waves.PATIENCE.minusSeconds(10));
    assertThat(decide().stop()).isEmpty();
    pass(Duration.ofSeconds(10));
    assertThat(decide().stop())
        .hasValueSatisfying(
            stop -> {
              assertThat(stop.node()).isEqualTo("n000");
              assertThat(stop.why()).contains("not reported the new settings for 5 minutes");
            });
  }

  @Test
  void aNodeOfAnEarlierWaveStopsNothing() {
    nodes(3);
    next();
    pass(Waves.PROOF);
    next();
    pass(Waves.PROOF);
    nodes.put("n000", Member.after("n000", 1, BROKEN));

    assertThat(next()).containsExactly("n002");
  }

  @Test
  void whatCannotBeGivenTheSettingsNowIsLeftOut() {
    nodes(3);
    nodes.put("n000", Member.before("n000", false));

    assertThat(next()).containsExactly("n001");
    pass(Waves.PROOF);
    assertThat(next()).containsExactly("n002");
    pass(Waves.PROOF);
    assertThat(decide().complete()).as("it follows later").isTrue();
  }

  @Test
  void whereNoNodeCanBeGivenTheSettingsNothingIsOver() {
    nodes(1);
    nodes.put("n000", Member.before("n000", false));

    assertThat(decide().complete()).isFalse();
    assertThat(decide().next()).isEmpty();
    nodes.clear();
    assertThat(decide().complete()).isFalse();
  }

  @Test
  void aCanaryThatLeavesTheClusterHasASuccessor() {
    nodes(3);
    next();
    nodes.remove("n000");

    assertThat(next()).containsExactly("n001");
    assertThat(decide().canaryDone()).isFalse();
  }

  @Test
  void aWaveOfWhichOnlyAPartWasWrittenIsFilledUp() {
    nodes(100);
    next();
    pass(Waves.PROOF);
    Set<String> second = decide().next();
    second.stream()
        .sorted()
        .limit(2)
        .forEach(node -> nodes.put(node, Member.after(node, 2, UNDERWAY)));

    Decision decision = decide();

    assertThat(decision.wave()).isEqualTo(2);
    assertThat(decision.next()).hasSize(3).isSubsetOf(second);
  }

  @Test
  void aRestartedOperatorWaitsAgain() {
    nodes(3);
    next();
    pass(Waves.PROOF);
    waves = new Waves(clock::nanoTime);

    assertThat(next()).isEmpty();
    pass(Waves.PROOF);
    assertThat(next()).containsExactly("n001");
  }

  /** Another replica led in the meantime. */
  @Test
  void soDoesOneThatDidNotLookForAWhile() {
    nodes(3);
    next();
    clock.pass(Duration.ofHours(1));

    assertThat(next()).isEmpty();
    pass(Waves.PROOF);
    assertThat(next()).containsExactly("n001");
  }

  @Test
  void whenAllNodesHaveTheSettingsAlreadyTheWavesAreOver() {
    nodes(3);
    nodes.replaceAll((name, node) -> Member.after(name, 0, WELL));

    assertThat(decide().complete()).isTrue();
  }

  private void nodes(int number) {
    IntStream.range(0, number)
        .mapToObj("n%03d"::formatted)
        .forEach(name -> nodes.put(name, Member.before(name, true)));
  }

  /** Time goes by while the operator looks now and then. */
  private void pass(Duration time) {
    Duration step = Duration.ofSeconds(5);
    for (Duration left = time; !left.isZero(); left = left.minus(step)) {
      clock.pass(step);
      decide();
    }
  }

  private Decision decide() {
    return waves.decide("uid", "revision", List.copyOf(nodes.values()));
  }

  /** The nodes that are next; they are well at once. */
  private List<String> next() {
    Decision decision = decide();
    decision.next().forEach(n -> nodes.put(n, Member.after(n, decision.wave(), WELL)));
    decide();
    return decision.next().stream().sorted().toList();
  }
}
