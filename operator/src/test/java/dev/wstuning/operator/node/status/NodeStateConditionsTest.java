package dev.wstuning.operator.node.status;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.failing;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.notReady;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.running;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the state of a node says of the node, whichever tunings want something of it. */
class NodeStateConditionsTest {

  private static final String KEY = "fs.nr_open";

  private final MovableClock clock = new MovableClock(NOW.toString());
  private final NodeStateConditions conditions = new NodeStateConditions(clock);
  private final WebSocketNodeTuning sysctls = named("sysctls").sysctl(KEY, "2097152").build();
  private final WebSocketNodeTuning grants =
      named("grants").created("2026-02-01T00:00:00Z").sysctl(KEY, "1").openFiles(1048576).build();

  @Test
  void aNodeThatHasWhatItsTuningsWant() {
    assertThat(of(node().serves(1048576)))
        .extracting(Condition::type, Condition::status, Condition::reason, Condition::message)
        .containsExactly(
            tuple(
                "Ready",
                ConditionStatus.True,
                "Applied",
                "the node has what the tunings" + " want."),
            tuple("Serving", ConditionStatus.True, "Applied", "the node agent grants open files."));
  }

  @Test
  void withoutOpenFilesThereIsNoConditionServing() {
    assertThat(of(state("n1").tunedBy(sysctls).serves(1048576)))
        .extracting(Condition::type)
        .containsExactly("Ready");
  }

  @Test
  void theAgentTunesPodsOrNot() {
    assertThat(of(pods().servesPods()))
        .extracting(Condition::type, Condition::status, Condition::message)
        .containsExactly(
            tuple("Ready", ConditionStatus.True, "the node has what the tunings want."),
            tuple("ServingPods", ConditionStatus.True, "the node agent tunes pods."));
    assertThat(
            of(
                pods()
                    .pods(
                        new PodServing(false, "no NRI", null, null, null, null, null, null, null))))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", ConditionStatus.False, "NotServing"),
            tuple("ServingPods", ConditionStatus.False, "NotServing"));
    assertThat(of(pods().servesPods().agents(notReady("n1", NOW.minusSeconds(31)))))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", ConditionStatus.False, "AgentNotRunning"),
            tuple("ServingPods", ConditionStatus.False, "AgentNotRunning"));
  }

  /** Pods that want only the rest are tuned there. */
  @Test
  void anAgentThatCannotDoEverythingServes() {
    assertThat(
            of(
                pods()
                    .pods(
                        new PodServing(
                            true,
                            null,
                            false,
                            "NRI is older than 0.12",
                            true,
                            null,
                            true,
                            null,
                            null))))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", ConditionStatus.False, "PodsLimited"),
            tuple("ServingPods", ConditionStatus.True, "Applied"));
  }

  private static TunedNodeBuilder pods() {
    return state("n1").tunedBy(named("pods").podsAllowed().build());
  }

  @Test
  void theWishesOfEveryTuningCount() {
    assertThat(of(state("n1").tunedBy(sysctls, grants).refused(KEY, "2", "no").serves(1048576)))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", ConditionStatus.False, "WriteFailed"),
            tuple("Serving", ConditionStatus.True, "Applied"));
    assertThat(of(node().doesNotServe("no socket")))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", ConditionStatus.False, "NotServing"),
            tuple("Serving", ConditionStatus.False, "NotServing"));
  }

  @Test
  void theReportOfAnAgentThatIsGoneDoesNotCount() {
    assertThat(of(node().serves(1048576).agents(notReady("n1", NOW.minusSeconds(31)))))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", ConditionStatus.False, "AgentNotRunning"),
            tuple("Serving", ConditionStatus.False, "AgentNotRunning"));
  }

  @Test
  void anAgentThatHasNotAppliedTheNewestYet() {
    assertThat(of(node().serves(1048576).generation(2, 1)))
        .extracting(
            Condition::type, Condition::status, Condition::reason, Condition::observedGeneration)
        .containsExactly(
            tuple("Ready", ConditionStatus.Unknown, "Waiting", 2L),
            tuple("Serving", ConditionStatus.True, "Applied", 2L));
  }

  @Test
  void anOriginalThatCannotBeRestored() {
    assertThat(of(state("n1").had("sysctls").notRestored(KEY, "1048576", "not permitted")))
        .extracting(Condition::reason, Condition::message)
        .containsExactly(
            tuple(
                "WriteFailed",
                "fs.nr_open could not be set back to 1048576: not permitted. Next: make the"
                    + " node's kernel accept it, or reboot the node"));
  }

  /** What other tunings, or newer settings, want of it later is a matter of those. */
  @Test
  void aNodeThatWaitsForItsTurnHasWhatItWasTold() {
    assertThat(of(node().serves(1048576).awaiting("sysctls")))
        .extracting(Condition::type, Condition::reason)
        .containsExactly(tuple("Ready", "Applied"), tuple("Serving", "Applied"));
  }

  @Test
  void anOriginalThatWaitsForAContainerIsNoFault() {
    assertThat(
            of(
                state("n1")
                    .had("sysctls")
                    .waits(KEY, null, "1048576", "a running container was granted 2000000")))
        .extracting(Condition::status, Condition::reason, Condition::message)
        .containsExactly(
            tuple(
                ConditionStatus.True,
                "SettingWaits",
                "fs.nr_open is not restored yet: a running container was granted 2000000."));
  }

  @Test
  void aNewPodThatDoesNotRunTakesNothingFromTheOneThatServes() {
    assertThat(of(node().serves(1048576).agents(failing("n1", "ErrImagePull"), running("n1"))))
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Ready", ConditionStatus.False, "AgentNotRunning"),
            tuple("Serving", ConditionStatus.True, "Applied"));
  }

  @Test
  void aConditionKeepsItsTimeWhileItsStatusStays() {
    List<Condition> before = of(node().serves(1048576).generation(2, 1));
    clock.pass(Duration.ofMinutes(1));

    assertThat(conditions.create(node().serves(1048576).build(), before))
        .extracting(Condition::lastTransitionTime)
        .containsExactly("2026-01-01T12:01:00Z", "2026-01-01T12:00:00Z");
  }

  private TunedNodeBuilder node() {
    return state("n1").tunedBy(sysctls, grants).has(KEY, "2097152", "1048576", "2097152");
  }

  private List<Condition> of(TunedNodeBuilder state) {
    return conditions.create(state.build(), List.of());
  }
}
