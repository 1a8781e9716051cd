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
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.Suspending.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** For which owners the leader suspends tuning, and which pods it replaces. */
class SuspendingTest {

  private static final TuningPlan PLAN =
      Planner.plan(tune().keepalive(300, 10, 5).build(), VerdictInputBuilder.ADMITS_ALL);
  private static final String MARK = "0badcafe";
  private static final Suspending.Evidence NOTHING =
      new Suspending.Evidence(List.of(), List.of(), false);
  private static final Workload CHAT = new Workload("apps", "Deployment", "chat");

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final List<ReportedHolds.Report> reports = new ArrayList<>();
  private final Suspending suspending =
      new Suspending(
          clock,
          clock::nanoTime,
          Intervals.USUAL,
          uid -> List.copyOf(reports),
          TestPod.TUNER_IMAGE);
  private final WebSocketTuning tuning = Tunings.of("chat", tune().keepalive(300, 10, 5).build());
  private List<Suspension> status = List.of();

  @Test
  void whatAReplicaHoldsIsPublishedWithTheWordsOfWhoeverRefuses() {
    report(1, "2026-01-01T12:01:00Z", false);

    assertThat(decide().suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.owner().kind()).isEqualTo("Deployment");
              assertThat(s.owner().name()).isEqualTo("chat");
              assertThat(s.cause()).isEqualTo(Cause.Refused);
              assertThat(s.nextTry()).isEqualTo("2026-01-01T12:01:00Z");
              assertThat(s.message()).isEqualTo("this cluster is quiet today");
              assertThat(s.fingerprint()).startsWith(MARK + "-");
            });
    assertThat(decide().again()).contains(Duration.ofSeconds(61));
    assertThat(decide().suspends(Optional.of(CHAT))).isTrue();
    assertThat(decide().suspends(Optional.empty())).isFalse();
  }

  @Test
  void aFailedTrialKeepsTheBeginning() {
    report(1, "2026-01-01T12:01:00Z", false);
    decide();
    clock.pass(Duration.ofSeconds(66));
    reports.clear();
    report(2, "2026-01-01T12:03:06Z", false);

    assertThat(decide().suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.since()).isEqualTo("2026-01-01T12:00:00Z");
              assertThat(s.attempts()).isEqualTo(2);
              assertThat(s.nextTry()).isEqualTo("2026-01-01T12:03:06Z");
            });
  }

  @Test
  void podsThatAreRefusedAnywaySayMore() {
    report(1, "2026-01-01T12:01:00Z", false);
    decide();
    reports.clear();
    report(1, "2026-01-01T12:01:00Z", true);

    assertThat(decide().suspensions().get(0).cause()).isEqualTo(Cause.RefusedAnyway);
  }

  @Test
  void aTunedPodThatServesEndsIt() {
    report(1, "2026-01-01T12:01:00Z", false);
    assertThat(decide(running("chat-1", "2026-01-01T11:00:00Z")).suspensions())
        .as("it is older than the refusal")
        .hasSize(1);

    clock.pass(Duration.ofSeconds(70));
    assertThat(decide(starting("chat-2", "2026-01-01T12:01:02Z")).suspensions()).hasSize(1);
    assertThat(decide(running("chat-2", "2026-01-01T12:01:02Z")).suspensions()).isEmpty();

    assertThat(decide().suspensions()).as("the replica that reported it is gone").isEmpty();
  }

  @Test
  void aTunedPodOfAnotherTemplateEndsItToo() {
    report(1, "2026-01-01T12:01:00Z", false);
    decide();
    clock.pass(Duration.ofSeconds(70));
    TestPod next =
        pod("chat-2", "node-1")
            .with(
                p -> p.editMetadata().addToLabels("pod-template-hash", "5f57d54cbf").endMetadata())
            .with(
                p ->
                    p.editMetadata()
                        .editFirstOwnerReference()
                        .withName("chat-5f57d54cbf")
                        .endOwnerReference()
                        .endMetadata())
            .createdAt("2026-01-01T12:00:30Z")
            .running();

    assertThat(decide(observed(next).build()).suspensions()).isEmpty();
  }

  @Test
  void otherSettingsEndIt() {
    report(1, "2026-01-01T12:01:00Z", false);
    decide();
    reports.clear();

    assertThat(suspending.decide(tuning, "deadbeef", NOTHING, status).suspensions()).isEmpty();
  }

  @Test
  void aNewLeaderGoesOn() {
    report(1, "2026-01-01T12:01:00Z", false);
    decide();
    reports.clear();
    Suspending next =
        new Suspending(
            clock, clock::nanoTime, Intervals.USUAL, uid -> List.of(), TestPod.TUNER_IMAGE);

    assertThat(next.decide(tuning, MARK, NOTHING, status).suspensions()).isEqualTo(status);
  }

  @Test
  void whatNobodyTriesIsForgotten() {
    report(1, "2026-01-01T12:01:00Z", false);
    decide();
    reports.clear();
    clock.pass(Duration.ofMinutes(62));

    assertThat(decide().suspensions()).isEmpty();
  }

  @Test
  void moreOwnersThanAStatusHoldsAreTheWholeTuning() {
    for (int i = 0; i < 21; i++) {
      reports.add(report(new Workload("batch", "Job", "job-" + i), 1, "2026-01-01T12:01:00Z"));
    }

    assertThat(decide().suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.owner()).isNull();
              assertThat(s.fingerprint()).isEqualTo(MARK);
            });
    assertThat(decide().suspends(Optional.of(CHAT))).isTrue();
  }

  @Test
  void aPodThatCannotStartIsReplacedAfterAMinuteAndNobodyIsSuspended() {
    ObservedPod stuck = stuck("chat-1", "node-1");
    assertThat(decide(stuck).replace()).isEmpty();
    assertThat(decide(stuck).again()).contains(Duration.ofSeconds(5));

    clock.pass(Duration.ofSeconds(60));
    Decision decision = decide(stuck, stuck("chat-2", "node-1"));

    assertThat(decision.replace()).extracting(PodFacts::name).containsExactly("chat-1");
    assertThat(decision.suspensions()).isEmpty();
  }

  @Test
  void onOneNodeASinglePodIsReplaced() {
    ObservedPod second = stuck("chat-2", "node-1");
    replaceFirst(second);

    clock.pass(Duration.ofSeconds(60));
    Decision decision = decide(second);

    assertThat(decision.replace()).isEmpty();
    assertThat(decision.suspensions()).isEmpty();
  }

  @Test
  void podsThatCannotStartOnTwoNodesSuspendTheirOwner() {
    List<ObservedPod> stuck = List.of(stuck("chat-1", "node-1"), stuck("chat-2", "node-2"));
    decide(stuck);
    clock.pass(Duration.ofSeconds(60));

    assertThat(decide(stuck).suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.cause()).isEqualTo(Cause.Stuck);
              assertThat(s.attempts()).isEqualTo(1);
              assertThat(s.nextTry()).isEqualTo("2026-01-01T12:06:00Z");
              assertThat(s.message()).contains("ErrImagePull");
            });
  }

  @Test
  void theNodeOfTheReplacedPodCountsToo() {
    replaceFirst();
    ObservedPod next = stuck("chat-3", "node-2");
    decide(next);
    clock.pass(Duration.ofSeconds(59));
    assertThat(decide(next).suspensions()).isEmpty();
    clock.pass(Duration.ofSeconds(1));

    assertThat(decide(next).suspensions()).hasSize(1);
  }

  @Test
  void aReplacementThatCannotStartOnTheSameNodeSuspends() {
    replaceFirst();
    ObservedPod next = stuck("chat-3", "node-1");
    decide(next);
    clock.pass(Duration.ofSeconds(119));
    assertThat(decide(next).suspensions()).isEmpty();
    clock.pass(Duration.ofSeconds(1));

    assertThat(decide(next).suspensions()).hasSize(1);
  }

  @Test
  void podsOfASuspendedOwnerAreReplacedOneAfterTheOther() {
    List<ObservedPod> stuck = List.of(stuck("chat-1", "node-1"), stuck("chat-2", "node-2"));
    decide(stuck);
    clock.pass(Duration.ofSeconds(60));
    PodFacts first = decide(stuck).replace().get(0);
    suspending.replaced(uid(), first);
    assertThat(decide(stuck.get(1)).replace()).isEmpty();

    clock.pass(Duration.ofSeconds(6));
    assertThat(decide(stuck.get(1), starting("chat-3", "2026-01-01T12:01:01Z")).replace())
        .as("another one starts")
        .isEmpty();
    assertThat(decide(stuck.get(1)).replace()).extracting(PodFacts::name).containsExactly("chat-2");
  }

  @Test
  void aTrialThatCannotStartMakesTheNextOneComeLater() {
    List<ObservedPod> stuck = List.of(stuck("chat-1", "node-1"), stuck("chat-2", "node-2"));
    decide(stuck);
    clock.pass(Duration.ofSeconds(60));
    decide(stuck);
    clock.pass(Duration.ofMinutes(5));
    ObservedPod trial = stuck("chat-9", "node-1", "2026-01-01T12:06:00Z");
    decide(trial);
    clock.pass(Duration.ofSeconds(60));

    assertThat(decide(trial).suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.attempts()).isEqualTo(2);
              assertThat(s.since()).isEqualTo("2026-01-01T12:01:00Z");
              assertThat(s.nextTry()).isEqualTo("2026-01-01T12:17:00Z");
            });
  }

  @Test
  void podsOfAnOlderImageProveNothing() {
    List<ObservedPod> stuck =
        List.of(
            observed(old(pod("chat-1", "node-1"))).life(Life.STARTING).build(),
            observed(old(pod("chat-2", "node-2"))).life(Life.STARTING).build());
    decide(stuck);
    clock.pass(Duration.ofSeconds(60));

    assertThat(decide(stuck).suspensions()).isEmpty();
  }

  @Test
  void aPodThatNobodyReplacesStays() {
    ObservedPod bare =
        observed(TestPod.named("bare").tuned("chat", PLAN).bootWaits("ErrImagePull"))
            .life(Life.STARTING)
            .build();
    decide(bare);
    clock.pass(Duration.ofSeconds(60));

    assertThat(decide(bare).replace()).isEmpty();
  }

  private void replaceFirst(ObservedPod... others) {
    List<ObservedPod> pods = new ArrayList<>(List.of(stuck("chat-1", "node-1")));
    pods.addAll(List.of(others));
    decide(pods);
    clock.pass(Duration.ofSeconds(60));
    PodFacts first = decide(pods).replace().get(0);
    assertThat(first.name()).isEqualTo("chat-1");
    suspending.replaced(uid(), first);
  }

  private Decision decide(ObservedPod... pods) {
    return decide(List.of(pods));
  }

  /** As in a pass, whose status has what was decided. */
  private Decision decide(List<ObservedPod> pods) {
    Decision decision =
        suspending.decide(
            tuning,
            MARK,
            new Suspending.Evidence(pods, InjectionFailures.among(pods), false),
            status);
    status = decision.suspensions();
    return decision;
  }

  private void report(int attempts, String nextTry, boolean anyway) {
    reports.add(
        new ReportedHolds.Report(
            new Held(
                target(CHAT),
                attempts,
                Instant.parse("2026-01-01T12:00:00Z"),
                Instant.parse(nextTry),
                anyway),
            "this cluster is quiet today"));
  }

  private ReportedHolds.Report report(Workload owner, int attempts, String nextTry) {
    return new ReportedHolds.Report(
        new Held(
            target(owner),
            attempts,
            Instant.parse("2026-01-01T12:00:00Z"),
            Instant.parse(nextTry),
            false),
        "this cluster is quiet today");
  }

  private Target target(Workload owner) {
    return new Target(
        Tunings.NAMESPACE,
        "chat",
        uid(),
        owner,
        new Mark(MARK, Mark.ofTemplate(pod("any", "node-1").build().getMetadata().getLabels())));
  }

  private String uid() {
    return tuning.getMetadata().getUid();
  }

  private static ObservedPod running(String name, String created) {
    return observed(pod(name, "node-1").createdAt(created).running()).build();
  }

  private static ObservedPod starting(String name, String created) {
    return observed(pod(name, "node-1").createdAt(created)).life(Life.STARTING).build();
  }

  private static ObservedPod stuck(String name, String node) {
    return stuck(name, node, TestPod.CREATED);
  }

  private static ObservedPod stuck(String name, String node, String created) {
    return observed(pod(name, node).createdAt(created).bootWaits("ErrImagePull"))
        .life(Life.STARTING)
        .build();
  }

  private static TestPod pod(String name, String node) {
    return TestPod.named(name)
        .tuned("chat", PLAN)
        .ofDeployment("chat")
        .phase("Pending")
        .with(p -> p.editSpec().withNodeName(node).endSpec());
  }

  private static TestPod old(TestPod pod) {
    return pod.bootWaits("ErrImagePull")
        .annotated("wstuning.dev/tuner-image", "localhost/wstuning/tuner:0.0.9");
  }
}
