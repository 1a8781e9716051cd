package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Pods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Summary;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.verdict.EffectiveRules;
import dev.wstuning.operator.pod.verdict.Verdict;
import dev.wstuning.operator.pod.verdict.VerdictInput;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
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
    List<Observation> observations = ObservationGroups.of(input.expectation(), input.pods());
    return new WebSocketTuningStatus(
        generation,
        lastObserved(input.pods()),
        summary(input, observations),
        PlanRenderer.of(input.expectation(), input.agentServes()),
        pods(input),
        ObservationGroups.shown(observations),
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

  private static String lastObserved(List<ObservedPod> pods) {
    return pods.stream()
        .flatMap(p -> p.observation().reported().stream())
        .map(reported -> reported.at())
        .max(Comparator.naturalOrder())
        .map(Instant::toString)
        .orElse(null);
  }

  private static Summary summary(VerdictInput s, List<Observation> observations) {
    long judged = s.pods().stream().filter(ObservedPod::judged).count();
    String lowest =
        observations.stream()
            .filter(o -> o.openFiles() != null)
            .map(o -> o.openFiles().soft())
            .min(Comparator.naturalOrder())
            .map(String::valueOf)
            .orElse(null);
    return new Summary(
        effective(s) + "/" + judged,
        lowest,
        judged == 0 ? null : ObservationGroups.deadPeer(s.expectation(), observations));
  }

  private static long effective(VerdictInput s) {
    return s.pods().stream()
        .filter(ObservedPod::judged)
        .filter(p -> EffectiveRules.effective(s.expectation(), p).status() == ConditionStatus.True)
        .count();
  }

  private static Pods pods(VerdictInput s) {
    return new Pods(
        s.pods().size(),
        count(s, p -> p.life() == Life.RUNNING),
        (int) effective(s),
        orAbsent(count(s, p -> p.life() == Life.STARTING)),
        orAbsent(count(s, p -> p.life() == Life.NOT_RUNNING)),
        orAbsent(count(s, alive(Coverage.MISSED))),
        orAbsent(count(s, alive(Coverage.RESTART_PENDING))),
        orAbsent(count(s, alive(Coverage.SKIPPED))),
        orAbsent(s.ownedByOther().values().stream().mapToInt(Integer::intValue).sum()));
  }

  private static Predicate<ObservedPod> alive(Coverage coverage) {
    return p -> p.coverage() == coverage && p.life() != Life.NOT_RUNNING;
  }

  private static int count(VerdictInput s, Predicate<ObservedPod> which) {
    return (int) s.pods().stream().filter(which).count();
  }

  private static Integer orAbsent(int number) {
    return number == 0 ? null : number;
  }
}
