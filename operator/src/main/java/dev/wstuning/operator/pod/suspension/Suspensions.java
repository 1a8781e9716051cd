package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.StartFailures.Failing;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The suspensions of one tuning while they are decided: those of the last status that still hold,
 * and what is new.
 */
final class Suspensions {

  /** As many as a status may hold. With more, the whole tuning is suspended. */
  private static final int MOST = 20;

  /** If no pod was made for that long after a trial was due, what was known is out of date. */
  static final Duration OUTDATED = Duration.ofHours(1);

  private final Instant now;
  private final Intervals intervals;
  private final String mark;
  private final List<ObservedPod> pods;

  /** By owner and fingerprint, in the order in which they came. */
  private final Map<String, Suspension> held = new LinkedHashMap<>();

  /**
   * @param now in whole seconds
   * @param mark the mark of the tuning
   * @param pods those that the tuning owns
   * @param before what the last status said
   */
  Suspensions(
      Instant now,
      Intervals intervals,
      String mark,
      List<ObservedPod> pods,
      List<Suspension> before) {
    this.now = now;
    this.intervals = intervals;
    this.mark = mark;
    this.pods = pods;
    before.stream().filter(this::isCurrent).forEach(s -> held.put(key(s), s));
  }

  static String key(Suspension s) {
    return s.owner() + s.fingerprint();
  }

  static boolean isOf(Suspension s, Workload owner) {
    return Published.of(s)
        .filter(p -> p.owner().isEmpty() || p.owner().get().equals(owner))
        .isPresent();
  }

  /** The one that goes for an owner and a template of it. */
  Optional<Suspension> about(Target target) {
    return held.values().stream().filter(s -> isAbout(s, target)).findFirst();
  }

  private static boolean isAbout(Suspension s, Target target) {
    return isOf(s, target.owner())
        && Published.of(s).filter(p -> p.mark().covers(target.mark())).isPresent();
  }

  /** Takes up what a replica holds. */
  void reported(ReportedHolds.Report report) {
    Held reported = report.held();
    Suspension suspension =
        suspension(
            reported.target(),
            reported.since().toString(),
            reported.nextTry(),
            reported.attempts(),
            reported.anyway() ? Cause.RefusedAnyway : Cause.Refused,
            report.words());
    // A replica that is gone cannot take back what it reported.
    boolean isNews = now.isBefore(reported.nextTry());
    if (isCurrent(suspension) && (isNews || held.containsKey(key(suspension)))) {
      held.merge(key(suspension), suspension, Suspensions::newer);
    }
  }

  private static Suspension newer(Suspension known, Suspension reported) {
    return reported.attempts() > known.attempts() || reported.cause() == Cause.RefusedAnyway
        ? new Suspension(
            reported.owner(),
            known.since(),
            reported.nextTry(),
            reported.attempts(),
            reported.cause(),
            reported.message(),
            reported.fingerprint())
        : known;
  }

  /**
   * Notes that tuned pods of an owner were admitted, but did not start.
   *
   * @param pods those that prove it
   */
  void failed(Target target, Cause cause, List<Failing> pods) {
    Optional<Suspension> known = about(target);
    int attempts = known.map(Suspension::attempts).orElse(0) + 1;
    Suspension suspension =
        suspension(
            target,
            known.map(Suspension::since).orElse(now.toString()),
            now.plus(intervals.stuck(attempts)),
            attempts,
            cause,
            pods.get(0).why());
    held.put(known.map(Suspensions::key).orElse(key(suspension)), suspension);
  }

  /** Whether the pods of a trial that was due are among those that fail. */
  static boolean trialFailed(Suspension suspension, List<Failing> pods) {
    return Published.of(suspension)
        .map(Published::nextTry)
        .map(due -> due.minus(Intervals.SLACK))
        .filter(due -> pods.stream().anyMatch(f -> !f.pod().created().isBefore(due)))
        .isPresent();
  }

  /** Ends one that is there. */
  void end(Suspension suspension) {
    held.values().remove(suspension);
  }

  private static Suspension suspension(
      Target target, String since, Instant nextTry, int attempts, Cause cause, String why) {
    return new Suspension(
        target.owner().named(),
        since,
        nextTry.toString(),
        attempts,
        cause,
        Finding.brief(why),
        target.mark().toString());
  }

  private boolean isCurrent(Suspension s) {
    return Published.of(s)
        .filter(p -> p.mark().tuning().equals(mark))
        .filter(p -> now.isBefore(p.nextTry().plus(OUTDATED)))
        .filter(p -> !succeeded(s.cause(), p))
        .isPresent();
  }

  /**
   * Whether a tuned pod of the owner, of any template, is newer than the last attempt and serves;
   * or an older one that got a node since.
   */
  private boolean succeeded(Cause cause, Published s) {
    Instant since = afterTheLastAttempt(s);
    return s.owner().isPresent()
        && pods.stream()
            .filter(p -> p.life() == Life.RUNNING && p.facts().plan().isPresent())
            .filter(p -> Target.owner(p.facts().workload()).equals(s.owner().get()))
            .anyMatch(
                p ->
                    p.facts().created().isAfter(since)
                        || (cause == Cause.Unscheduled && firstStart(p.facts()).isAfter(since)));
  }

  private Instant afterTheLastAttempt(Published s) {
    return s.nextTry().minus(intervals.pause(s.stuck(), s.attempts())).plus(Intervals.SLACK);
  }

  /** The epoch if it is not known any more. */
  private static Instant firstStart(PodFacts pod) {
    return pod.statuses().stream()
        .filter(c -> c.restarts() == 0)
        .flatMap(c -> c.runningSince().stream())
        .min(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  /** Untuned pods that came since show that these are not refused any more. */
  private Suspension asItIs(Suspension s) {
    return s.cause() == Cause.RefusedAnyway && untunedCame(s)
        ? new Suspension(
            s.owner(),
            s.since(),
            s.nextTry(),
            s.attempts(),
            Cause.Refused,
            s.message(),
            s.fingerprint())
        : s;
  }

  private boolean untunedCame(Suspension s) {
    return Published.of(s)
        .filter(
            p -> {
              Instant since = afterTheLastAttempt(p);
              return pods.stream()
                  .map(ObservedPod::facts)
                  .filter(facts -> facts.suspended() && isOf(s, Target.owner(facts.workload())))
                  .anyMatch(facts -> facts.created().isAfter(since));
            })
        .isPresent();
  }

  /** For the status. */
  List<Suspension> list() {
    List<Suspension> all = held.values().stream().map(this::asItIs).toList();
    if (all.size() <= MOST) {
      return all;
    }
    // One that may be over soon does not stand for the others.
    Suspension last =
        all.stream()
            .max(
                Comparator.comparing((Suspension s) -> s.cause() != Cause.Unscheduled)
                    .thenComparing(Suspension::nextTry))
            .orElseThrow();
    return List.of(
        new Suspension(
            null,
            all.get(0).since(),
            last.nextTry(),
            last.attempts(),
            last.cause(),
            last.message(),
            mark));
  }
}
