package dev.wstuning.operator.pod.suspension;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.suspension.Suspending.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of tuned pods for which the scheduler finds no node. */
class UnscheduledTest {

  private static final TuningPlan PLAN =
      Planner.plan(tune().keepalive(300, 10, 5).build(), VerdictInputBuilder.ADMITS_ALL);

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final Suspending suspending =
      new Suspending(
          clock, clock::nanoTime, Intervals.USUAL, uid -> List.of(), TestPod.TUNER_IMAGE);
  private final WebSocketTuning tuning = Tunings.of("chat", tune().keepalive(300, 10, 5).build());
  private List<Suspension> status = List.of();

  @Test
  void afterThreeMinutesOnePodIsReplacedByAnUntunedOne() {
    assertThat(decide(waiting("chat-1"), waiting("chat-2")).again())
        .contains(Duration.ofMinutes(3));
    clock.pass(Duration.ofSeconds(179));
    assertThat(decide(waiting("chat-1"), waiting("chat-2")))
        .isEqualTo(new Decision(List.of(), List.of(), Optional.of(Duration.ofSeconds(1))));
    clock.pass(Duration.ofSeconds(1));

    Decision decision = decide(waiting("chat-1"), waiting("chat-2"));

    assertThat(decision.replace()).extracting(PodFacts::name).containsExactly("chat-1");
    assertThat(decision.suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.cause()).isEqualTo(Cause.Unscheduled);
              assertThat(s.nextTry()).isEqualTo("2026-01-01T12:08:00Z");
              assertThat(s.message())
                  .isEqualTo("the scheduler finds no node for pod chat-1: no privileged pods here");
            });
  }

  @Test
  void theOthersFollowOnceTheUntunedOneRuns() {
    suspendAndReplaceTheFirst();

    assertThat(decide(observed(untuned()).life(Life.STARTING).build(), waiting("chat-2")).replace())
        .as("it is about to start")
        .isEmpty();
    ObservedPod runs =
        observed(untuned().with(p -> p.editSpec().withNodeName("node-1").endSpec()).running())
            .build();

    assertThat(decide(runs, waiting("chat-2")).replace())
        .extracting(PodFacts::name)
        .containsExactly("chat-2");
  }

  @Test
  void ifTheUntunedOneFindsNoNodeForAsLongItWasNotUs() {
    suspendAndReplaceTheFirst();
    ObservedPod without = untunedWithoutNode();

    assertThat(decide(true, without, waiting("chat-2")).suspensions())
        .as("nodes may be on their way")
        .hasSize(1);
    clock.pass(Duration.ofMinutes(3));
    Decision decision = decide(true, without, waiting("chat-2"));
    assertThat(decision.suspensions()).isEmpty();
    assertThat(decision.replace()).isEmpty();

    clock.pass(Duration.ofMinutes(10));
    decide(waiting("chat-2"));
    clock.pass(Duration.ofMinutes(10));
    assertThat(decide(waiting("chat-2")).suspensions()).as("it is not tried again").isEmpty();
  }

  @Test
  void thatOthersWaitDoesNotEndWhatIsProven() {
    suspendAndReplaceTheFirst();
    ObservedPod runs =
        observed(untuned().with(p -> p.editSpec().withNodeName("node-1").endSpec()).running())
            .build();

    assertThat(decide(true, runs, waiting("chat-2")).suspensions()).hasSize(1);
    clock.pass(Duration.ofMinutes(4));
    assertThat(decide(true, runs, waiting("chat-2")).suspensions()).hasSize(1);
  }

  @Test
  void aTunedPodThatGetsANodeLaterEndsIt() {
    suspendAndReplaceTheFirst();
    ObservedPod runs =
        observed(pod("chat-2", TestPod.CREATED).serverStatus(true, 0, "2026-01-01T12:03:30Z"))
            .life(Life.RUNNING)
            .build();

    assertThat(decide(runs).suspensions()).isEmpty();
  }

  @Test
  void inACrowdedNamespaceNothingIsReplaced() {
    decide(true, waiting("chat-1"));
    clock.pass(Duration.ofMinutes(10));
    Decision decision = decide(true, waiting("chat-1"));
    assertThat(decision.suspensions()).isEmpty();
    assertThat(decision.replace()).isEmpty();
    assertThat(decision.again()).as("nothing is heard of others").contains(Duration.ofMinutes(1));

    assertThat(decide(waiting("chat-1")).again())
        .as("time counts from when others have room")
        .contains(Duration.ofMinutes(3));
  }

  @Test
  void onlyOneGoesUntilTheUntunedOneHasANode() {
    suspendAndReplaceTheFirst();
    clock.pass(Duration.ofMinutes(1));

    assertThat(decide(waiting("chat-2"), waiting("chat-4")).replace()).isEmpty();
  }

  @Test
  void whileOthersOfTheOwnerStartNothingIsKnown() {
    ObservedPod starts = observed(pod("chat-2", TestPod.CREATED)).life(Life.STARTING).build();
    decide(waiting("chat-1"), starts);
    clock.pass(Duration.ofMinutes(3));

    assertThat(decide(waiting("chat-1"), starts).suspensions()).isEmpty();
  }

  @Test
  void thatOthersWithItFoundNodesAcquitsUs() {
    ObservedPod runs =
        observed(
                pod("chat-2", TestPod.CREATED)
                    .with(p -> p.editSpec().withNodeName("node-1").endSpec())
                    .running())
            .build();
    decide(waiting("chat-1"), runs);
    clock.pass(Duration.ofMinutes(3));

    assertThat(decide(waiting("chat-1"), runs).suspensions()).isEmpty();
  }

  @Test
  void anHourLaterItMayBeUsAgain() {
    suspendAndReplaceTheFirst();
    ObservedPod without = untunedWithoutNode();
    decide(true, without, waiting("chat-2"));
    clock.pass(Duration.ofMinutes(3));
    assertThat(decide(true, without, waiting("chat-2")).suspensions()).isEmpty();
    clock.pass(Duration.ofMinutes(61));
    decide(waiting("chat-9", "2026-01-01T13:07:00Z"));
    clock.pass(Duration.ofMinutes(3));

    assertThat(decide(waiting("chat-9", "2026-01-01T13:07:00Z")).suspensions()).hasSize(1);
  }

  @Test
  void aJobIsLeftAlone() {
    ObservedPod job =
        observed(
                TestPod.named("job-1")
                    .tuned("chat", PLAN)
                    .ownedBy("Job", "job")
                    .unschedulable("full"))
            .life(Life.STARTING)
            .build();
    decide(job);
    clock.pass(Duration.ofMinutes(3));

    assertThat(decide(job).replace()).isEmpty();
  }

  @Test
  void aTrialThatFindsNoNodeMakesTheNextOneComeLater() {
    suspendAndReplaceTheFirst();
    clock.pass(Duration.ofMinutes(5));
    ObservedPod trial = waiting("chat-9", "2026-01-01T12:08:00Z");
    assertThat(decide(trial).suspensions().get(0).attempts()).isEqualTo(1);
    clock.pass(Duration.ofMinutes(3));

    assertThat(decide(trial).suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.attempts()).isEqualTo(2);
              assertThat(s.since()).isEqualTo("2026-01-01T12:03:00Z");
            });
  }

  @Test
  void aPodThatNothingReplacesWaits() {
    ObservedPod bare =
        observed(TestPod.named("bare").tuned("chat", PLAN).unschedulable("full"))
            .life(Life.STARTING)
            .build();
    decide(bare);
    clock.pass(Duration.ofMinutes(3));

    Decision decision = decide(bare);
    assertThat(decision.suspensions()).isEmpty();
    assertThat(decision.replace()).isEmpty();
  }

  private void suspendAndReplaceTheFirst() {
    decide(waiting("chat-1"), waiting("chat-2"));
    clock.pass(Duration.ofMinutes(3));
    PodFacts first = decide(waiting("chat-1"), waiting("chat-2")).replace().get(0);
    suspending.replaced(tuning.getMetadata().getUid(), first);
    clock.pass(Duration.ofSeconds(6));
  }

  private Decision decide(ObservedPod... pods) {
    return decide(false, pods);
  }

  /** As in a pass, whose status has what was decided. */
  private Decision decide(boolean crowded, ObservedPod... pods) {
    Decision decision =
        suspending.decide(
            tuning,
            "0badcafe",
            new Suspending.Evidence(List.of(pods), InjectionFailures.among(List.of(pods)), crowded),
            status);
    status = decision.suspensions();
    return decision;
  }

  private static ObservedPod waiting(String name) {
    return waiting(name, TestPod.CREATED);
  }

  private static ObservedPod waiting(String name, String created) {
    return observed(pod(name, created).unschedulable("no privileged pods here"))
        .life(Life.STARTING)
        .build();
  }

  private static TestPod pod(String name, String created) {
    return TestPod.named(name).tuned("chat", PLAN).ofDeployment("chat").createdAt(created);
  }

  private static ObservedPod untunedWithoutNode() {
    return observed(untuned().unschedulable("full")).life(Life.STARTING).build();
  }

  private static TestPod untuned() {
    return TestPod.named("chat-3")
        .ofDeployment("chat")
        .annotated(Markers.SUSPENDED, "0badcafe")
        .createdAt("2026-01-01T12:03:02Z");
  }
}
