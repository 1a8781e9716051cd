package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Pods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Summary;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.pod.observation.DeadPeerLife;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.pod.verdict.Verdict;
import dev.wstuning.operator.pod.verdict.VerdictInput;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Makes the whole status, afresh each time. */
public final class StatusFactory {

  private final Clock clock;

  public StatusFactory(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param previous the status that the resource has; null if it has none
   */
  public WebSocketTuningStatus create(
      VerdictInput input, long generation, InjectionState state, WebSocketTuningStatus previous) {
    List<JudgedPod> judged = input.judged();
    return new WebSocketTuningStatus(
        generation,
        lastObserved(input.pods()),
        summary(judged),
        PlanRenderer.of(input.expectation(), input.agentServes()),
        pods(input, (int) effective(judged)),
        ObservationGroups.of(judged),
        conditions(
            Verdict.of(input),
            new Conditions(
                clock, generation, previous == null ? List.of() : previous.conditionsOrEmpty())),
        state.suspension().orElse(null),
        state.injectingSince().map(Instant::toString).orElse(null));
  }

  private static List<Condition> conditions(Verdict verdict, Conditions conditions) {
    return conditions
        .add("Accepted", verdict.accepted())
        .add("Applied", verdict.applied())
        .add("Effective", verdict.effective())
        .sum(verdict.ready(), verdict.partlyUnderstood(), verdict.stalled())
        .list();
  }

  private static String lastObserved(List<JudgedPod> pods) {
    return pods.stream()
        .flatMap(p -> p.pod().observation().reported().stream())
        .map(Observation.Reported::at)
        .max(Comparator.naturalOrder())
        .map(Instant::toString)
        .orElse(null);
  }

  private static Summary summary(List<JudgedPod> judged) {
    String lowest =
        judged.stream()
            .flatMap(p -> p.inspection().stream())
            .map(i -> i.report().nofile().soft())
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
        orAbsent(count(s, p -> p.is(Life.STARTING))),
        orAbsent(count(s, p -> p.is(Life.NOT_RUNNING))),
        orAbsent(count(s, alive(Coverage.MISSED))),
        orAbsent(count(s, alive(Coverage.RESTART_PENDING))),
        orAbsent(count(s, alive(Coverage.SKIPPED))),
        orAbsent(s.rivals().lost()));
  }

  private static Predicate<JudgedPod> alive(Coverage coverage) {
    return p -> p.is(coverage) && !p.is(Life.NOT_RUNNING);
  }

  private static int count(VerdictInput s, Predicate<JudgedPod> which) {
    return (int) s.pods().stream().filter(which).count();
  }

  private static Integer orAbsent(int number) {
    return number == 0 ? null : number;
  }
}
