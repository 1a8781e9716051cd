package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Pods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Summary;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.condition.Truth;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.verdict.Checks;
import dev.wstuning.operator.pod.verdict.Situation;
import dev.wstuning.operator.pod.verdict.Verdict;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes the whole status, afresh each time. */
public final class StatusFactory {

  private final Clock clock;

  public StatusFactory(Clock clock) {
    this.clock = clock;
  }

  /** What the status remembers from one pass to the next. */
  public record Memory(Optional<Instant> injectingSince, Optional<Suspension> suspension) {

    /** What an earlier status remembered; nothing if there was none. */
    public static Memory of(WebSocketTuningStatus status) {
      return status == null
          ? new Memory(Optional.empty(), Optional.empty())
          : new Memory(
              Optional.ofNullable(status.injectingSince()).flatMap(Memory::instant),
              Optional.ofNullable(status.suspension())
                  .filter(s -> s.fingerprint() != null && s.reason() != null));
    }

    /** A newer version may have written it in another form. */
    private static Optional<Instant> instant(String text) {
      try {
        return Optional.of(Instant.parse(text));
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * @param previous the status that the resource has; null if it has none
   */
  public WebSocketTuningStatus create(
      Situation situation, long generation, Memory memory, WebSocketTuningStatus previous) {
    List<Observation> observations = Observations.of(situation.desired(), situation.pods());
    return new WebSocketTuningStatus(
        generation,
        lastObserved(situation.pods()),
        summary(situation, observations),
        PlanStatus.of(situation.desired(), situation.agentServes()),
        pods(situation),
        Observations.shown(observations),
        VerdictConditions.of(
            Verdict.of(situation),
            new Conditions(
                clock, generation, previous == null ? List.of() : previous.conditionsOrEmpty())),
        memory.suspension().orElse(null),
        memory.injectingSince().map(Instant::toString).orElse(null));
  }

  private static String lastObserved(List<ObservedPod> pods) {
    return pods.stream()
        .map(ObservedPod::observation)
        .filter(ObservedPod.Observation.Seen.class::isInstance)
        .map(o -> ((ObservedPod.Observation.Seen) o).at())
        .max(Comparator.naturalOrder())
        .map(Instant::toString)
        .orElse(null);
  }

  private static Summary summary(Situation s, List<Observation> observations) {
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
        judged == 0 ? null : Observations.deadPeer(s.desired(), observations));
  }

  private static long effective(Situation s) {
    return s.pods().stream()
        .filter(ObservedPod::judged)
        .filter(p -> Checks.effective(s.desired(), p).truth() == Truth.TRUE)
        .count();
  }

  private static Pods pods(Situation s) {
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

  private static int count(Situation s, Predicate<ObservedPod> which) {
    return (int) s.pods().stream().filter(which).count();
  }

  private static Integer orAbsent(int number) {
    return number == 0 ? null : number;
  }
}
