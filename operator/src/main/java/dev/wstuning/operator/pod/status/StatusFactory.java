package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Pods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Problem;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.RolloutStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Summary;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.DeadPeerLife;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.verdict.Concern;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.pod.verdict.Verdict;
import dev.wstuning.operator.pod.verdict.VerdictInput;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Makes the whole status, each time from scratch. */
public final class StatusFactory {

  /** The type of the condition that says whether the servers have what is wanted. */
  public static final String EFFECTIVE = "Effective";

  private static final int MAX_PROBLEMS = 10;
  private static final int MAX_WORKLOADS = 3;

  private final Clock clock;

  public StatusFactory(Clock clock) {
    this.clock = clock;
  }

  /**
   * What a status depends on apart from the verdict.
   *
   * @param generation of the resource that was judged
   * @param previous the status that the resource has
   * @param state what is remembered of injection
   * @param paused whether restarts are held back
   * @param intents what the operator is about to do to running pods
   */
  public record Occasion(
      long generation,
      Optional<WebSocketTuningStatus> previous,
      Requests requests,
      InjectionState state,
      boolean paused,
      List<Intent> intents) {}

  public WebSocketTuningStatus create(VerdictInput input, Occasion occasion) {
    List<JudgedPod> judged = input.judged();
    Verdict verdict = Verdict.of(input);
    return new WebSocketTuningStatus(
        occasion.generation(),
        lastObserved(input.pods()),
        occasion.requests().handled(judged, occasion.previous()),
        summary(judged),
        PlanRenderer.of(input.expectation(), input.agentServes()),
        pods(input, (int) effective(judged)),
        ObservationGroups.of(input.expectation().targets(), judged),
        verdict.problems().stream().limit(MAX_PROBLEMS).map(StatusFactory::problem).toList(),
        conditions(
            verdict,
            new Conditions(
                clock,
                occasion.generation(),
                occasion
                    .previous()
                    .map(WebSocketTuningStatus::conditionsOrEmpty)
                    .orElse(List.of()))),
        occasion.state().suspensions(),
        rollout(occasion),
        occasion.state().injectingSince().map(Instant::toString).orElse(null));
  }

  private static Problem problem(Concern concern) {
    Finding finding = concern.finding();
    List<String> workloads = concern.workloads();
    return new Problem(
        finding.reason().name(),
        concern.pods().size(),
        workloads.subList(0, Math.min(MAX_WORKLOADS, workloads.size())),
        finding.message(),
        finding.next().isEmpty() ? null : finding.next());
  }

  private static RolloutStatus rollout(Occasion occasion) {
    return occasion.paused() || !occasion.intents().isEmpty()
        ? new RolloutStatus(occasion.paused(), occasion.intents())
        : null;
  }

  private static List<Condition> conditions(Verdict verdict, Conditions conditions) {
    return conditions
        .add("Accepted", verdict.accepted())
        .add("Applied", verdict.applied())
        .add(EFFECTIVE, verdict.effective())
        .sum(verdict.ready(), verdict.partlyUnderstood(), verdict.stalled())
        .list();
  }

  private static String lastObserved(List<JudgedPod> pods) {
    return pods.stream()
        .flatMap(p -> p.pod().observation().last().stream())
        .map(Observation.Reported::at)
        .max(Comparator.naturalOrder())
        .map(Instant::toString)
        .orElse(null);
  }

  private static Summary summary(List<JudgedPod> judged) {
    String lowest =
        judged.stream()
            .flatMap(p -> p.inspection().stream())
            .flatMap(i -> i.report().limit().stream())
            .map(OpenFilesLimit::soft)
            .min(Comparator.naturalOrder())
            .map(String::valueOf)
            .orElse(null);
    return new Summary(
        effective(judged) + "/" + judged.size(),
        lowest,
        judged.isEmpty() ? null : deadPeer(judged));
  }

  /** The longest life of a dead peer in any pod, on an idle connection or another. */
  static String deadPeer(List<JudgedPod> judged) {
    List<Inspection> inspections = judged.stream().flatMap(p -> p.inspection().stream()).toList();
    if (inspections.stream().anyMatch(Inspection::keepsDeadPeers)) {
      return "never";
    }
    LongSummaryStatistics longest =
        inspections.stream()
            .flatMap(i -> i.deadPeer().stream())
            .map(DeadPeerLife::longest)
            .flatMapToLong(OptionalLong::stream)
            .summaryStatistics();
    return longest.getCount() == judged.size() ? longest.getMax() + "s" : "unknown";
  }

  private static long effective(List<JudgedPod> judged) {
    return judged.stream().filter(p -> p.finding().status() == ConditionStatus.True).count();
  }

  private static Pods pods(VerdictInput s, int effective) {
    return new Pods(
        s.pods().size(),
        count(s, p -> p.is(Life.RUNNING)),
        effective,
        count(s, p -> p.is(Life.STARTING)),
        count(s, p -> p.is(Life.NOT_RUNNING)),
        count(
            s,
            alive(Coverage.MISSED).or(alive(Coverage.NO_AGENT)).or(alive(Coverage.BEFORE_AGENT))),
        count(s, alive(Coverage.SUSPENDED)),
        count(s, alive(Coverage.RESTART_PENDING)),
        count(s, alive(Coverage.IMPROVABLE)),
        count(s, alive(Coverage.SKIPPED)),
        s.rivals().lost());
  }

  private static Predicate<JudgedPod> alive(Coverage coverage) {
    return p -> p.is(coverage) && !p.is(Life.NOT_RUNNING);
  }

  private static int count(VerdictInput s, Predicate<JudgedPod> which) {
    return (int) s.pods().stream().filter(which).count();
  }
}
