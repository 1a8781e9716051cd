package dev.wstuning.operator.node.wave;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.NodeTunings.settled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.NodeTunings;
import dev.wstuning.operator.fixtures.SimulatedFleet;
import dev.wstuning.operator.node.plan.Settings;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nodes get of changed settings, and when. */
class FleetPlannerTest {

  private static final String KEY = "net.core.netdev_max_backlog";
  private static final String OTHER = "fs.file-max";
  private static final Duration PROOF = Waves.PROOF;

  private final SimulatedFleet fleet = new SimulatedFleet();

  @Test
  void aNewTuningBeginsWithOneNode() {
    fleet.nodes(2);
    fleet.tunings(tuning("1000"));

    fleet.pass();
    assertThat(fleet.values(KEY)).containsExactly("1000", null);
    assertThat(fleet.object("n0001")).as("nothing yet, not even an agent").isEmpty();

    fleet.pass(PROOF);
    assertThat(fleet.values(KEY)).containsExactly("1000", "1000");
    fleet.pass(PROOF);
    assertThat(fleet.settled("t")).containsExactly(KEY);
  }

  @Test
  void changedSettingsReachTheOthersWhenTheFirstNodeProvedThem() {
    settledWith(2, "1000");
    fleet.tunings(changed("2000", "1000"));

    fleet.pass();
    assertThat(fleet.values(KEY)).containsExactly("2000", "1000");
    assertThat(fleet.progress("t").updated()).isZero();
    fleet.pass();
    assertThat(fleet.progress("t").updated()).isEqualTo(1);
    assertThat(fleet.progress("t").selected()).isEqualTo(2);
    fleet.pass(PROOF);
    assertThat(fleet.values(KEY)).containsExactly("2000", "2000");
  }

  /** A cluster of one node is not kept waiting, and can still go back at once. */
  @Test
  void whenEveryNodeHasTheSettingsNoOneWaitsForTheProof() {
    settledWith(1, "1000");
    fleet.tunings(changed("2000", "1000"));
    fleet.pass();
    fleet.pass();

    assertThat(fleet.rollout("t").progress()).isEmpty();
    assertThat(fleet.rollout("t").settled())
        .as("until the proof")
        .contains(Settings.of(tuning("1000").getSpec()));
    fleet.pass(PROOF);
    assertThat(fleet.rollout("t").settled()).contains(Settings.of(tuning("2000").getSpec()));
  }

  /** Nodes join and leave by the hundred, while settings go from wave to wave. */
  @Test
  void howOftenAgentsReportCountsFollowsTheNumberOfNodesWithoutWaves() {
    fleet.nodes(600);
    fleet.settle(named("t").podsAllowed().sysctl(KEY, "1000").build());
    assertThat(fleet.countsEvery()).containsOnly(10).hasSize(600);

    fleet.tunings(
        named("t")
            .podsAllowed()
            .generation(2)
            .sysctl(KEY, "2000")
            .settledAs(named("t").podsAllowed().sysctl(KEY, "1000").build())
            .build());
    fleet.pass();
    fleet.nodes(700);
    fleet.pass();
    fleet.pass();
    assertThat(fleet.values(KEY)).as("the others wait").contains("1000", "2000");
    assertThat(fleet.countsEvery()).containsOnly(20);
    assertThat(fleet.progress("t").stop()).isEmpty();
    fleet.anotherOperator();
    long before = fleet.writes();
    fleet.pass();
    assertThat(fleet.countsEvery()).containsOnly(20);
    assertThat(fleet.writes()).isEqualTo(before);
  }

  @Test
  void aNodeThatIsNotReadyWithThemKeepsTheOthersFromThem() {
    settledWith(2, "1000");
    fleet.tunings(changed("2000", "1000"));
    fleet.pass();
    fleet.ready("n0000", false);

    fleet.pass(Duration.ofHours(1));

    assertThat(fleet.values(KEY)).containsExactly("2000", "1000");
    assertThat(fleet.progress("t").stop()).contains(new Stop("n0000", "the node is not Ready"));
  }

  @Test
  void goingBackIsAnUndoOnAllNodesAtOnce() {
    settledWith(2, "1000");
    fleet.tunings(changed("2000", "1000"));
    fleet.pass();
    fleet.ready("n0000", false);
    fleet.pass(Duration.ofMinutes(2));

    fleet.tunings(named("t").generation(3).sysctl(KEY, "1000").settledAs(tuning("1000")).build());
    fleet.pass();

    assertThat(fleet.values(KEY)).containsExactly("1000", "1000");
    assertThat(fleet.rollout("t").progress()).isEmpty();
  }

  @Test
  void aKeyThatIsRemovedGoesFromAllNodesAtOnceAlsoWhileOthersWait() {
    afterBothKeysOnlyOneIsSet("2000");

    fleet.pass();

    assertThat(fleet.values(OTHER)).containsOnlyNulls();
    assertThat(fleet.values(KEY)).containsExactly("2000", "1000", "1000");
  }

  @Test
  void onlyRemovingNeedsNoWaves() {
    afterBothKeysOnlyOneIsSet("1000");

    fleet.pass();

    assertThat(fleet.values(OTHER)).containsOnlyNulls();
    assertThat(fleet.rollout("t").progress()).isEmpty();
  }

  @Test
  void theWayBackIsAnUndoAlsoIfAKeyWasRemovedInBetween() {
    afterBothKeysOnlyOneIsSet("2000");
    fleet.pass();

    fleet.tunings(bothKeys().generation(3).settledAs(bothKeys().build()).build());
    fleet.pass();

    assertThat(fleet.values(KEY)).containsOnly("1000");
    assertThat(fleet.values(OTHER)).containsOnly("9000");
  }

  @Test
  void aKeyOfAnotherTuningThatGoesBecomesWhatFinishedWavesBrought() {
    fleet.nodes(2);
    WebSocketNodeTuning older = settled(named("a").sysctl(KEY, "7").build());
    fleet.tunings(older, settled(tuning("1000")));
    fleet.pass();
    assertThat(fleet.values(KEY)).containsOnly("7");

    fleet.tunings(changed("2000", "1000"));
    fleet.pass();

    assertThat(fleet.values(KEY)).containsExactly("2000", "1000");
  }

  @Test
  void aDeletedTuningIsUndoneOnAllNodesAtOnce() {
    settledWith(3, "1000");
    fleet.tunings();

    fleet.pass();

    assertThat(fleet.values(KEY)).containsOnlyNulls();
  }

  @Test
  void theHighestGrantGoesWithTheWaves() {
    settledWith(2, named("t").openFiles(65536).build());
    fleet.tunings(
        named("t")
            .generation(2)
            .openFiles(1048576)
            .settledAs(named("t").openFiles(65536).build())
            .build());

    fleet.pass();

    assertThat(fleet.maxima()).containsExactly(1048576L, 65536L);
  }

  @Test
  void aNodeThatJoinsGetsWhatFinishedWavesHave() {
    settledWith(40, "1000");
    fleet.tunings(changed("2000", "1000"));
    fleet.pass();
    fleet.joins("x0001");
    fleet.pass();
    assertThat(fleet.value("x0001", KEY)).as("before the first node proved them").isEqualTo("1000");

    fleet.pass(PROOF);
    fleet.joins("x0002");
    fleet.pass();
    assertThat(fleet.value("x0002", KEY)).isEqualTo("2000");
  }

  @Test
  void inTheFirstRolloutANodeThatJoinsWaitsForTheFirstNodeOnly() {
    fleet.nodes(40);
    fleet.tunings(tuning("1000"));
    fleet.pass();
    fleet.joins("x0001");
    fleet.pass();
    assertThat(fleet.object("x0001")).isEmpty();

    fleet.pass(PROOF);
    assertThat(fleet.value("x0001", KEY)).isEqualTo("1000");
    assertThat(fleet.values(KEY)).filteredOn("1000"::equals).hasSizeLessThan(5);
  }

  @Test
  void aNodeThatIsDownBeforeItsTurnFollowsLater() {
    settledWith(2, "1000");
    fleet.ready("n0000", false);
    fleet.tunings(changed("2000", "1000"));

    fleet.pass();
    assertThat(fleet.values(KEY)).containsExactly("1000", "2000");
    fleet.pass(PROOF);
    assertThat(fleet.values(KEY)).as("all waves are over").containsExactly("2000", "2000");
  }

  @Test
  void aRefusedNodeIsLeftOut() {
    settledWith(2, "1000");
    fleet.refuses("n0000");
    fleet.tunings(changed("2000", "1000"));

    fleet.pass();
    fleet.pass();

    assertThat(fleet.values(KEY)).containsExactly("1000", "2000");
  }

  @Test
  void anotherOperatorGoesOnWhereTheFirstStopped() {
    settledWith(40, "1000");
    fleet.tunings(changed("2000", "1000"));
    fleet.pass();
    fleet.pass(PROOF);
    long before = fleet.values(KEY).stream().filter("2000"::equals).count();

    fleet.anotherOperator();
    fleet.pass(PROOF.minusSeconds(5));
    assertThat(fleet.values(KEY)).filteredOn("2000"::equals).hasSize((int) before);
    fleet.pass(Duration.ofSeconds(10));
    assertThat(fleet.values(KEY)).filteredOn("2000"::equals).hasSize((int) before + 2);
  }

  @Test
  void aSecondChangeInTheMiddleLeavesNodesWhatTheyHave() {
    settledWith(3, "1000");
    fleet.tunings(changed("2000", "1000"));
    fleet.pass();

    fleet.tunings(named("t").generation(3).sysctl(KEY, "3000").settledAs(tuning("1000")).build());
    fleet.ready("n0000", false);
    fleet.pass();

    assertThat(fleet.values(KEY)).containsExactly("2000", "3000", "1000");
  }

  @Test
  void nodesThatAnEarlierVersionTunedKeepWhatTheyHave() {
    settledWith(3, "1000");
    fleet.withoutMarks();
    fleet.tunings(tuning("1000"));
    long writes = fleet.writes();

    fleet.pass();

    assertThat(fleet.rollout("t").progress()).isEmpty();
    assertThat(fleet.settled("t")).containsExactly(KEY);
    assertThat(fleet.writes() - writes).as("the marks").isEqualTo(3);
  }

  @Test
  void aTaintThatComesLaterChangesNothing() {
    settledWith(1, "1000");
    fleet.taint("n0000", new Taint("NoSchedule", "dedicated", null, "db"));
    fleet.joins("x0001");
    fleet.taint("x0001", new Taint("NoSchedule", "dedicated", null, "db"));

    fleet.pass();

    assertThat(fleet.value("n0000", KEY)).isEqualTo("1000");
    assertThat(fleet.object("x0001")).isEmpty();
  }

  @Test
  void nodesOfATuningThatCannotBeReadStayAsTheyAreAndStopNoOther() {
    settledWith(2, "1000");
    WebSocketNodeTuning unreadable = tuning("2000");
    unreadable.notUnderstood(new NotUnderstood(List.of(), List.of("spec.x")));
    fleet.nodes(3);
    fleet.tunings(unreadable, named("u").sysctl("fs.file-max", "9000").build());

    fleet.pass();

    assertThat(fleet.values(KEY)).containsExactly("1000", "1000", null);
    assertThat(fleet.values("fs.file-max")).containsExactly(null, null, "9000");
  }

  @Test
  void twoTuningsRollOutSideBySide() {
    fleet.nodes(2);
    fleet.tunings(tuning("1000"), named("u").sysctl("fs.file-max", "9000").build());

    fleet.pass();
    assertThat(fleet.value("n0000", KEY)).isEqualTo("1000");
    assertThat(fleet.value("n0000", "fs.file-max")).isEqualTo("9000");
    fleet.pass(PROOF.plusSeconds(10));
    assertThat(fleet.value("n0001", KEY)).isEqualTo("1000");
    assertThat(fleet.value("n0001", "fs.file-max")).isEqualTo("9000");
  }

  private void afterBothKeysOnlyOneIsSet(String value) {
    settledWith(3, bothKeys().build());
    fleet.tunings(
        named("t").generation(2).sysctl(KEY, value).settledAs(bothKeys().build()).build());
  }

  private static NodeTunings bothKeys() {
    return named("t").sysctl(KEY, "1000").sysctl(OTHER, "9000");
  }

  private void settledWith(int nodes, String value) {
    settledWith(nodes, tuning(value));
  }

  /** Nodes on which the waves of this tuning are over. */
  private void settledWith(int nodes, WebSocketNodeTuning tuning) {
    fleet.nodes(nodes);
    fleet.settle(tuning);
  }

  private static WebSocketNodeTuning tuning(String value) {
    return NodeTunings.named("t").sysctl(KEY, value).build();
  }

  private static WebSocketNodeTuning changed(String value, String before) {
    return named("t").generation(2).sysctl(KEY, value).settledAs(tuning(before)).build();
  }
}
