package dev.wstuning.operator.node.status;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.creating;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.ending;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.failing;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.notReady;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.running;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.GrantedOpenFiles;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.NodeObservation;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Nodes;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ObservedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Problem;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.Settings;
import dev.wstuning.operator.node.wave.Rollout;
import dev.wstuning.operator.node.wave.Rollout.Progress;
import dev.wstuning.operator.node.wave.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What users read of a node tuning. */
class NodeTuningStatusFactoryTest {

  private static final String KEY = "fs.nr_open";

  private final MovableClock clock = new MovableClock(NOW.toString());
  private final NodeTuningStatusFactory factory = new NodeTuningStatusFactory(clock);
  private final WebSocketNodeTuning tuning =
      named("big").sysctl(KEY, "2097152").openFiles(1048576).build();

  @Test
  void nodesThatHaveEverythingAreReady() {
    WebSocketNodeTuningStatus status = of(applied("n1"), applied("n2"));

    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(status.summary().nodes()).isEqualTo("2/2");
    assertThat(status.summary().openFiles()).isEqualTo("1048576");
    assertThat(status.nodes()).isEqualTo(new Nodes(2, 2, 2, null, 0, 0, 0, 0));
    assertThat(status.observations())
        .containsExactly(
            new NodeObservation(
                2,
                List.of("n1", "n2"),
                "Applied",
                "the node has what the tunings want.",
                List.of(new ObservedSetting(KEY, "2097152", "1048576", "2097152", null, null)),
                new GrantedOpenFiles(true, 1048576L, null, null),
                null));
    assertThat(status.conditions())
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Accepted", ConditionStatus.True, "Accepted"),
            tuple("Applied", ConditionStatus.True, "Applied"),
            tuple("Ready", ConditionStatus.True, "Applied"));
  }

  @Test
  void aTuningThatCannotBeReadIsNotUnderstood() {
    tuning.notUnderstood(
        new NotUnderstood(List.of("spec.waves"), List.of("spec.sysctls.0.policy")));

    assertThat(of(applied("n1")).conditions())
        .extracting(Condition::type, Condition::status, Condition::reason)
        .containsExactly(
            tuple("Accepted", ConditionStatus.Unknown, "NotUnderstood"),
            tuple("Applied", ConditionStatus.Unknown, "NotUnderstood"),
            tuple("Ready", ConditionStatus.False, "NotUnderstood"),
            tuple("Stalled", ConditionStatus.True, "NotUnderstood"));
  }

  @Test
  void fieldsThatAreNotKnownAreNamed() {
    tuning.notUnderstood(new NotUnderstood(List.of("spec.waves"), List.of()));

    assertThat(of(applied("n1")).conditions())
        .extracting(Condition::type, Condition::status, Condition::reason)
        .contains(
            tuple("Ready", ConditionStatus.True, "Applied"),
            tuple("PartlyUnderstood", ConditionStatus.True, "UnknownFields"));
  }

  @Test
  void theWorstNodeDecides() {
    WebSocketNodeTuningStatus status =
        of(
            applied("n1"),
            state("n2").tunedBy(tuning).drifted(KEY, "2097152", "1048576", "65536").build(),
            state("n3").tunedBy(tuning).refused(KEY, "2097152", "no such file").build());

    assertThat(status.summary().nodes()).isEqualTo("1/3");
    assertThat(status.nodes()).isEqualTo(new Nodes(3, 1, 1, null, 1, 1, 0, 0));
    assertThat(status.observations())
        .extracting(NodeObservation::reason)
        .containsExactly("WriteFailed", "Drifted", "Applied");
    assertThat(ready(status).status()).isEqualTo(ConditionStatus.False);
    assertThat(ready(status).reason()).isEqualTo("WriteFailed");
    assertThat(ready(status).message())
        .startsWith("1 of 3 nodes: fs.nr_open could not be set to 2097152: no such file. Next: ");
  }

  @Test
  void whatAgentsCannotDoToPodsIsReportedForEachNode() {
    WebSocketNodeTuning pods = named("pods").podsAllowed().build();
    WebSocketNodeTuningStatus status =
        factory.create(
            pods,
            List.of(
                state("n1").tunedBy(pods).servesPods().build(),
                state("n2")
                    .tunedBy(pods)
                    .pods(
                        new PodServing(
                            true,
                            null,
                            true,
                            null,
                            true,
                            null,
                            false,
                            "Linux 5.15 is too old",
                            null))
                    .build(),
                state("n3")
                    .tunedBy(pods)
                    .pods(
                        new PodServing(
                            true, null, false, "NRI 0.11", false, "no cgroup v2", true, null, null))
                    .build(),
                state("n4").tunedBy(pods).build(),
                state("n5")
                    .tunedBy(pods)
                    .servesPods()
                    .agents(notReady("n5", NOW.minusSeconds(31)))
                    .build()),
            Optional.empty(),
            Optional.empty());

    assertThat(status.nodes()).isEqualTo(new Nodes(5, 2, 0, 3, 0, 1, 0, 0));
    assertThat(status.observations())
        .extracting(
            NodeObservation::examples,
            NodeObservation::reason,
            o -> o.pods() == null ? null : o.pods().serving(),
            o -> o.pods() == null ? null : o.pods().message())
        .containsExactly(
            tuple(
                List.of("n5"), "AgentNotRunning", false, "the pod of the node agent is not ready"),
            tuple(List.of("n4"), "NotServing", null, null),
            tuple(
                List.of("n3"),
                "PodsLimited",
                true,
                "it cannot set sysctls (NRI 0.11); it cannot attach socket programs (no cgroup v2)"),
            tuple(
                List.of("n2"),
                "PodsNotCounted",
                true,
                "it cannot count the connections of pods (Linux 5.15 is too old)"),
            tuple(List.of("n1"), "Applied", true, null));
    assertThat(status.problems())
        .filteredOn(p -> p.reason().equals("PodsLimited"))
        .extracting(Problem::message)
        .containsExactly(
            "the node agent tunes pods only in part: it cannot set sysctls (NRI 0.11); it cannot"
                + " attach socket programs (no cgroup v2)");
  }

  @Test
  void driftIsReported() {
    Condition ready =
        ready(of(state("n1").tunedBy(tuning).drifted(KEY, "2097152", "1048576", "65536").build()));

    assertThat(ready.reason()).isEqualTo("Drifted");
    assertThat(ready.message())
        .contains(
            "something else changed fs.nr_open from 2097152 to 65536", "Next: find what else");
  }

  @Test
  void settingsOfOthersAreNotJudged() {
    assertThat(
            ready(
                    of(
                        state("n1")
                            .tunedBy(tuning)
                            .serves(1048576)
                            .drifted("fs.file-max", "9000", "8000", "8000")
                            .build()))
                .reason())
        .isEqualTo("Applied");
  }

  @Test
  void anAgentThatCannotRun() {
    Condition ready =
        ready(of(state("n1").tunedBy(tuning).agents(failing("n1", "ImagePullBackOff")).build()));

    assertThat(ready.status()).isEqualTo(ConditionStatus.False);
    assertThat(ready.reason()).isEqualTo("AgentNotRunning");
    assertThat(ready.message())
        .contains("ImagePullBackOff", "Next: kubectl -n wstuning-nodes describe pod agent-on-n1");
  }

  @Test
  void aPodThatDoesNotStartIsReportedAfterFiveMinutes() {
    TunedNodeBuilder state =
        state("n1").tunedBy(tuning).agents(creating("n1", NOW.minusSeconds(301)));

    assertThat(ready(of(state.at(NOW.minusSeconds(1)).build())).reason()).isEqualTo("Waiting");
    Condition ready = ready(of(state.at(NOW).build()));
    assertThat(ready.reason()).isEqualTo("AgentNotRunning");
    assertThat(ready.message())
        .contains(
            "has not started on n1 for minutes",
            "Next: kubectl -n wstuning-nodes describe pod agent-on-n1");
  }

  @Test
  void aNewPodThatCannotRunNextToTheOneBeforeNamesTheNode() {
    Condition ready =
        ready(
            of(
                applied("n1"),
                tuned("n2").agents(running("n2"), failing("n2", "ImagePullBackOff")).build()));

    assertThat(ready.status()).isEqualTo(ConditionStatus.False);
    assertThat(ready.reason()).isEqualTo("AgentNotRunning");
    assertThat(ready.message())
        .contains("and the one before stays: ImagePullBackOff", "describe pod agent-on-n2");
    assertThat(
            of(tuned("n2").agents(running("n2"), failing("n2", "ImagePullBackOff")).build())
                .problems())
        .singleElement()
        .satisfies(p -> assertThat(p.examples()).containsExactly("n2"));
  }

  @Test
  void whileOneAgentFollowsAnotherItsReportHolds() {
    AgentPod before = ending(running("n1"));
    for (TunedNode changing :
        List.of(
            tuned("n1").agents(before).build(),
            tuned("n1").agents(before, creating("n1", NOW)).build(),
            tuned("n1").agents(before, notReady("n1", NOW)).build())) {
      WebSocketNodeTuningStatus status = of(changing);

      assertThat(status.nodes().serving()).isEqualTo(1);
      assertThat(ready(status).reason()).isEqualTo("Waiting");
    }
    assertThat(of(tuned("n1").agents().build()).nodes().serving()).as("no agent at all").isZero();
    assertThat(ready(of(tuned("n1").agents(running("n1"), notReady("n1", NOW)).build())).reason())
        .as("the next one comes")
        .isEqualTo("Applied");
  }

  @Test
  void whatWaitsForAContainerIsSaidAndBreaksNothing() {
    WebSocketNodeTuningStatus status =
        of(
            state("n1")
                .tunedBy(tuning)
                .serves(1048576)
                .waits(KEY, "2097152", "1048576", "a running container was granted 4000000")
                .build(),
            applied("n2"));

    assertThat(ready(status).status()).isEqualTo(ConditionStatus.True);
    assertThat(ready(status).reason()).isEqualTo("SettingWaits");
    assertThat(ready(status).message())
        .isEqualTo(
            "1 of 2 nodes: fs.nr_open is not set to 2097152 yet: a running container was granted"
                + " 4000000.");
    assertThat(status.summary().nodes()).isEqualTo("2/2");
    assertThat(status.observations().get(0).settings().get(0).waits()).contains("4000000");
  }

  @Test
  void aKeyThatWasRemovedAndWaitsIsSaid() {
    WebSocketNodeTuningStatus status =
        of(tuned("n1").waits("fs.file-max", null, "1", "it waits").build());

    assertThat(ready(status).reason()).isEqualTo("SettingWaits");
    assertThat(ready(status).message()).contains("fs.file-max is not restored yet: it waits");
  }

  @Test
  void containersThatStartedWithoutAGrantAreCounted() {
    WebSocketNodeTuningStatus status =
        of(
            state("n1")
                .tunedBy(tuning)
                .has(KEY, "2097152", "1048576", "2097152")
                .serves(1048576, 3)
                .build());

    assertThat(ready(status).status()).isEqualTo(ConditionStatus.True);
    assertThat(ready(status).reason()).isEqualTo("StartedWithoutGrant");
    assertThat(ready(status).message()).contains("3 containers started without", "Next: look at");
    assertThat(status.observations().get(0).openFiles().failedStarts()).isEqualTo(3);
  }

  @Test
  void aRolloutSaysHowFarItIs() {
    Rollout rollout =
        new Rollout(Optional.empty(), Optional.of(new Progress(12, 200, 3, Optional.empty())));

    WebSocketNodeTuningStatus status =
        factory.create(
            tuning,
            List.of(applied("n1"), tuned("n2").awaiting("big").build()),
            Optional.of(rollout),
            none());

    assertThat(ready(status).status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(ready(status).reason()).isEqualTo("RollingOut");
    assertThat(ready(status).message()).startsWith("12 of 200 nodes have the new settings. Next: ");
    assertThat(status.conditions()).extracting(Condition::type).contains("Reconciling");
    assertThat(status.rollout()).isEqualTo(new WebSocketNodeTuningStatus.Rollout(12, 3, null));
    assertThat(status.settled()).isNull();
    assertThat(status.nodes().waiting()).isEqualTo(1);
  }

  @Test
  void aRolloutThatStoppedNamesTheNodeAndWhy() {
    Progress progress = new Progress(1, 2, 1, Optional.of(new Stop("n1", "the node is not Ready")));

    WebSocketNodeTuningStatus status =
        factory.create(
            tuning,
            List.of(applied("n1"), state("n2").tunedBy(tuning).notTold().awaiting("big").build()),
            Optional.of(new Rollout(Optional.empty(), Optional.of(progress))),
            none());

    assertThat(ready(status).status()).isEqualTo(ConditionStatus.False);
    assertThat(ready(status).message())
        .isEqualTo(
            "1 of 2 nodes have the new settings; the others are not given them because of node n1:"
                + " the node is not Ready. Next: repair n1 or remove it from the cluster, and the"
                + " rollout goes on; or write the former settings again, which all nodes get at"
                + " once");
    assertThat(status.rollout().stoppedBy()).isEqualTo("n1");
    assertThat(status.problems())
        .extracting(Problem::reason)
        .containsExactly("RolloutStopped", "RollingOut");
  }

  @Test
  void settledSettingsAreKeptAndStayWhileNothingIsKnown() {
    Settings settings = Settings.of(tuning.getSpec());
    WebSocketNodeTuningStatus status =
        factory.create(
            tuning,
            List.of(applied("n1")),
            Optional.of(new Rollout(Optional.of(settings), Optional.empty())),
            none());
    assertThat(status.settled()).isEqualTo(settings.settled());
    assertThat(status.rollout()).isNull();

    tuning.setStatus(status);
    assertThat(of(applied("n1")).settled()).isEqualTo(settings.settled());
  }

  @Test
  void waitingIsNotReadyButReconciling() {
    for (TunedNode waiting :
        List.of(
            state("n1").tunedBy(tuning).notTold().agents().build(),
            state("n1").tunedBy(tuning).generation(2, 1).build(),
            state("n1").tunedBy(tuning).appliedInBoot("boot-0").build(),
            state("n1").tunedBy(tuning).agents().build(),
            state("n1").tunedBy(tuning).agents(notReady("n1", NOW.minusSeconds(29))).build())) {
      WebSocketNodeTuningStatus status = of(waiting);

      assertThat(ready(status).status()).isEqualTo(ConditionStatus.Unknown);
      assertThat(ready(status).reason()).isEqualTo("Waiting");
      assertThat(ready(status).message()).contains("Next: wait");
      assertThat(status.nodes().waiting()).isEqualTo(1);
      assertThat(status.conditions()).extracting(Condition::type).contains("Reconciling");
    }
  }

  @Test
  void anAgentThatTheRuntimeDoesNotAsk() {
    Condition ready =
        ready(
            of(
                state("n1")
                    .tunedBy(tuning)
                    .has(KEY, "2097152", "1048576", "2097152")
                    .doesNotServe("no socket")
                    .agents(notReady("n1", NOW.minusSeconds(31)))
                    .build()));

    assertThat(ready.reason()).isEqualTo("NotServing");
    assertThat(ready.message()).contains("no socket", "Next: enable NRI");
  }

  @Test
  void anAgentThatFellSilentServesAndWatchesNothing() {
    WebSocketNodeTuningStatus status =
        of(
            state("n1")
                .tunedBy(tuning)
                .has(KEY, "2097152", "1048576", "2097152")
                .serves(1_048_576)
                .agents(notReady("n1", NOW.minusSeconds(31)))
                .build());

    assertThat(ready(status).reason()).isEqualTo("AgentNotRunning");
    assertThat(ready(status).message())
        .contains(
            "no agent watches them: the pod of the node agent is not ready",
            "Next: kubectl get node n1");
    assertThat(status.nodes().serving()).isZero();
    assertThat(status.summary().openFiles()).isNull();
  }

  @Test
  void withoutOpenFilesTheAgentDoesNotHaveToServe() {
    WebSocketNodeTuning sysctls = named("big").sysctl(KEY, "2097152").build();

    assertThat(
            ready(
                    factory.create(
                        sysctls, List.of(state("n1").tunedBy(sysctls).build()), none(), none()))
                .reason())
        .isEqualTo("Applied");
  }

  @Test
  void aTuningWithoutNodesIsReadyAndReportsThat() {
    WebSocketNodeTuningStatus status = of();

    assertThat(ready(status).status()).isEqualTo(ConditionStatus.True);
    assertThat(ready(status).reason()).isEqualTo("NoNodes");
    assertThat(ready(status).message()).contains("Next: compare spec.nodeSelector");
    assertThat(status.summary().nodes()).isEqualTo("0/0");
  }

  @Test
  void bothSidesOfAConflictShowIt() {
    WebSocketNodeTuning newer =
        named("newer").created("2026-02-01T00:00:00Z").sysctl(KEY, "4194304").build();
    TunedNode state = state("n1").tunedBy(tuning, newer).serves(1048576).build();

    WebSocketNodeTuningStatus winner = factory.create(tuning, List.of(state), none(), none());
    WebSocketNodeTuningStatus loser = factory.create(newer, List.of(state), none(), none());

    assertThat(condition(winner, "Accepted").status()).isEqualTo(ConditionStatus.True);
    assertThat(condition(winner, "Accepted").reason()).isEqualTo("Conflicted");
    assertThat(condition(winner, "Accepted").message()).contains("newer (fs.nr_open)");
    assertThat(ready(winner).status()).isEqualTo(ConditionStatus.True);
    assertThat(condition(loser, "Accepted").status()).isEqualTo(ConditionStatus.False);
    assertThat(condition(loser, "Accepted").message()).contains("big (fs.nr_open)", "Next: ");
    assertThat(ready(loser).status()).isEqualTo(ConditionStatus.False);
    assertThat(loser.conditions()).extracting(Condition::type).contains("Stalled");
    assertThat(loser.observations()).extracting(NodeObservation::reason).contains("Conflicted");
  }

  @Test
  void nodesThatAreRestoredAreCountedWhereTheyCameFrom() {
    TunedNode left = state("n1").had("big", "other").build();
    TunedNode foreign = state("n2").had("bigger").build();

    assertThat(of(left, foreign).nodes().restoring()).isEqualTo(1);
  }

  @Test
  void aRefusalOfTheApiServerIsReported() {
    Condition ready =
        ready(
            factory.create(
                tuning, List.of(applied("n1")), none(), Optional.of("denied the request")));

    assertThat(ready.reason()).isEqualTo("ActionFailed");
    assertThat(ready.message()).contains("denied the request", "Next: ");
  }

  @Test
  void aRefusalForOneNodeIsReportedForThatNode() {
    WebSocketNodeTuning other = named("other").on("pool", "b").sysctl(KEY, "2097152").build();
    TunedNode refused =
        state("n1")
            .tunedBy(tuning)
            .agents(failing("n1", "ImagePullBackOff"))
            .refusal("the WebSocketNodeState of the node: quota exceeded")
            .build();
    List<TunedNode> states = List.of(refused, applied("n2"));

    WebSocketNodeTuningStatus status = factory.create(tuning, states, none(), none());

    assertThat(status.nodes()).isEqualTo(new Nodes(2, 1, 1, null, 0, 1, 0, 0));
    assertThat(status.observations())
        .extracting(NodeObservation::reason)
        .containsExactly("ActionFailed", "Applied");
    assertThat(ready(status).message())
        .isEqualTo(
            "1 of 2 nodes: the API server refused the WebSocketNodeState of the node: quota"
                + " exceeded. Next: find out what refuses it, such as a webhook or a quota; the"
                + " operator tries again, less and less often");
    assertThat(ready(factory.create(other, states, none(), none())).reason()).isEqualTo("NoNodes");
  }

  @Test
  void aConditionKeepsItsTimeWhileItsStatusStays() {
    tuning.setStatus(of(state("n1").tunedBy(tuning).generation(2, 1).build()));
    clock.pass(Duration.ofMinutes(1));
    WebSocketNodeTuningStatus status = of(applied("n1"));

    assertThat(condition(status, "Accepted").lastTransitionTime())
        .isEqualTo("2026-01-01T12:00:00Z");
    assertThat(ready(status).lastTransitionTime()).isEqualTo("2026-01-01T12:01:00Z");
  }

  @Test
  void problemsAreOneForEachReasonWithTheWorstFirst() {
    WebSocketNodeTuningStatus status =
        of(
            state("n1").tunedBy(tuning).drifted(KEY, "2097152", "1048576", "65536").build(),
            state("n2").tunedBy(tuning).agents().build(),
            state("n4").tunedBy(tuning).refused(KEY, "2097152", "no such file").build(),
            state("n3").tunedBy(tuning).refused(KEY, "2097152", "not permitted").build(),
            applied("n5"));

    assertThat(status.problems())
        .extracting(Problem::reason, Problem::nodes, Problem::examples)
        .containsExactly(
            tuple("WriteFailed", 2, List.of("n3", "n4")),
            tuple("Drifted", 1, List.of("n1")),
            tuple("Waiting", 1, List.of("n2")));
    assertThat(status.problems().get(0).message())
        .isEqualTo("fs.nr_open could not be set to 2097152: not permitted");
    assertThat(status.problems().get(0).next()).startsWith("remove fs.nr_open from spec.sysctls");
    assertThat(of(applied("n1")).problems()).isEmpty();
    assertThat(of().problems()).isEmpty();
  }

  @Test
  void whatConcernsAllNodesIsAProblemOfAll() {
    TunedNode refused = state("n1").tunedBy(tuning).refusal("the deletion of a pod: no").build();
    List<TunedNode> states = List.of(refused, applied("n2"));

    assertThat(factory.create(tuning, states, none(), Optional.of("quota exceeded")).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo("ActionFailed");
              assertThat(problem.nodes()).isEqualTo(2);
              assertThat(problem.message()).endsWith("quota exceeded");
            });
    tuning.notUnderstood(new NotUnderstood(List.of(), List.of("spec.sysctls.0.policy")));
    assertThat(of().problems()).extracting(Problem::reason).containsExactly("NotUnderstood");
  }

  @Test
  void aProblemThatOnlyAPersonCanSolveIsStalled() {
    TunedNodeBuilder node = state("n2").tunedBy(tuning).has(KEY, "2097152", "1048576", "2097152");

    assertThat(stalled(state("n2").tunedBy(tuning).refused(KEY, "2097152", "no").build()))
        .contains("WriteFailed");
    assertThat(stalled(node.doesNotServe("no socket").build())).contains("NotServing");
    assertThat(
            stalled(
                state("n2").tunedBy(tuning).refused(KEY, "2097152", "no").build(),
                state("n3").tunedBy(tuning).agents(failing("n3", "ImagePullBackOff")).build()))
        .contains("WriteFailed");
    for (TunedNode healing :
        List.of(
            applied("n2"),
            state("n2").tunedBy(tuning).agents().build(),
            state("n2").tunedBy(tuning).drifted(KEY, "2097152", "1048576", "65536").build(),
            state("n2").tunedBy(tuning).agents(failing("n2", "ImagePullBackOff")).build(),
            node.serves(1048576).agents(notReady("n2", NOW.minusSeconds(31))).build())) {
      assertThat(stalled(healing)).isEmpty();
    }
  }

  private Optional<String> stalled(TunedNode... states) {
    return of(states).conditions().stream()
        .filter(c -> c.type().equals("Stalled"))
        .map(Condition::reason)
        .findFirst();
  }

  private TunedNode applied(String node) {
    return tuned(node).build();
  }

  private TunedNodeBuilder tuned(String node) {
    return state(node).tunedBy(tuning).has(KEY, "2097152", "1048576", "2097152").serves(1048576);
  }

  private WebSocketNodeTuningStatus of(TunedNode... states) {
    return factory.create(tuning, List.of(states), none(), none());
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private static Condition ready(WebSocketNodeTuningStatus status) {
    return condition(status, "Ready");
  }

  private static Condition condition(WebSocketNodeTuningStatus status, String type) {
    return status.conditions().stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
