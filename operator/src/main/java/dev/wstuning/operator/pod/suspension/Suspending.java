package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.InjectionFailures.Stuck;
import dev.wstuning.operator.pod.suspension.StartFailures.Failing;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on the leader for which owners tuning is suspended, and which pods are replaced because
 * they cannot start. A suspension ends when a trial succeeded, and at once when what it goes by
 * changes.
 */
public final class Suspending {

  private static final Logger LOG = LoggerFactory.getLogger(Suspending.class);

  /** How often pods that fail are looked at: nothing changes on them as time passes. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final Clock clock;
  private final Intervals intervals;
  private final Function<String, List<ReportedHolds.Report>> reports;
  private final String tunerImage;
  private final StartFailures failures;
  private final Replacements replacements;

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public Suspending(
      Clock clock,
      LongSupplier nanoTime,
      Intervals intervals,
      ReportedHolds reports,
      String tunerImage) {
    this(clock, nanoTime, intervals, reports::of, tunerImage);
  }

  /**
   * @param reports by the uid of the tuning
   */
  Suspending(
      Clock clock,
      LongSupplier nanoTime,
      Intervals intervals,
      Function<String, List<ReportedHolds.Report>> reports,
      String tunerImage) {
    this.clock = clock;
    this.intervals = intervals;
    this.reports = reports;
    this.tunerImage = tunerImage;
    this.failures = new StartFailures(nanoTime);
    this.replacements = new Replacements(intervals, nanoTime);
  }

  /**
   * What was decided.
   *
   * @param suspensions for the status
   * @param replace pods that should be replaced, at most one of an owner
   * @param again when to decide again although nothing happened
   */
  public record Decision(
      List<Suspension> suspensions, List<PodFacts> replace, Optional<Duration> again) {

    public static final Decision NONE = new Decision(List.of(), List.of(), Optional.empty());

    /** Whether tuning of an owner's pods is suspended. */
    public boolean suspends(Optional<Workload> owner) {
      return suspensions.stream().anyMatch(s -> Suspensions.isOf(s, Target.owner(owner)));
    }
  }

  /**
   * @param mark the mark of the tuning as it is, see {@link Mark#ofTuning}
   * @param pods those that the tuning owns
   * @param stuck those of them that cannot start
   * @param before what the last status said
   */
  public Decision decide(
      WebSocketTuning tuning,
      String mark,
      List<ObservedPod> pods,
      List<Stuck> stuck,
      List<Suspension> before) {
    String uid = tuning.getMetadata().getUid();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Suspensions suspensions = new Suspensions(now, intervals, mark, pods, before);
    reports.apply(uid).forEach(suspensions::reported);
    Map<Workload, List<Failing>> failing =
        failures.of(uid, stuck).stream()
            .collect(
                Collectors.groupingBy(
                    f -> Target.owner(f.pod().workload()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<PodFacts> replace = new ArrayList<>();
    failing.forEach(
        (owner, some) -> {
          PodFacts any = some.get(0).pod();
          judge(Target.of(tuning, any.workload(), mark, any.labels()), some, suspensions);
          replacements
              .next(
                  List.of(uid, owner),
                  some,
                  suspensions.of(owner).isPresent(),
                  othersStart(owner, some, pods))
              .ifPresent(replace::add);
        });
    replacements.forgetOld();
    List<Suspension> decided = suspensions.list();
    tell(tuning, before, decided);
    return new Decision(decided, replace, again(decided, !failing.isEmpty()));
  }

  /** Notes that a pod went that should be replaced. */
  public void replaced(String tuningUid, PodFacts pod) {
    replacements.replaced(List.of(tuningUid, Target.owner(pod.workload())), pod);
  }

  public void forget(String tuningUid) {
    failures.forget(tuningUid);
  }

  private static boolean othersStart(
      Workload owner, List<Failing> failing, List<ObservedPod> pods) {
    return pods.stream()
        .filter(p -> Target.owner(p.facts().workload()).equals(owner))
        .filter(p -> p.life() == Life.STARTING)
        .anyMatch(p -> failing.stream().noneMatch(f -> f.pod().uid().equals(p.facts().uid())));
  }

  /** Suspends an owner whose pods cannot start, if that is not because of a node. */
  private void judge(Target target, List<Failing> failing, Suspensions suspensions) {
    List<Failing> present = failing.stream().filter(f -> hasPresentImage(f.pod())).toList();
    Optional<Suspension> known = suspensions.of(target.owner());
    boolean proven =
        known.isPresent()
            ? known.flatMap(Published::of).filter(p -> trialFailed(p, present)).isPresent()
            : replacements.prove(List.of(target.uid(), target.owner()), present);
    if (proven) {
      suspensions.stuck(target, present.get(0).why());
    }
  }

  private boolean trialFailed(Published suspension, List<Failing> pods) {
    Instant due = suspension.nextTry().minus(Suspensions.SLACK);
    return pods.stream()
        .filter(f -> f.lasting().compareTo(intervals.patience()) >= 0)
        .anyMatch(f -> !f.pod().created().isBefore(due));
  }

  /** Pods of an older operator do not show with which image they were injected. */
  private boolean hasPresentImage(PodFacts pod) {
    return pod.injectedImage().or(() -> pod.tuner().flatMap(InjectedTuner::image)).stream()
        .allMatch(tunerImage::equals);
  }

  private Optional<Duration> again(List<Suspension> suspensions, boolean failing) {
    Optional<Duration> trial =
        suspensions.stream()
            .map(s -> Duration.between(clock.instant(), Instant.parse(s.nextTry())))
            .filter(wait -> !wait.isNegative())
            .map(wait -> wait.plusSeconds(1))
            .min(Comparator.naturalOrder());
    return failing
        ? Optional.of(trial.filter(t -> t.compareTo(LOOK_AGAIN) < 0).orElse(LOOK_AGAIN))
        : trial;
  }

  private static void tell(WebSocketTuning tuning, List<Suspension> before, List<Suspension> now) {
    now.stream()
        .filter(s -> before.stream().noneMatch(b -> Suspensions.key(b).equals(Suspensions.key(s))))
        .forEach(
            s ->
                LOG.warn(
                    "msg=\"tuning suspended\" namespace={} tuning={} owner={} cause={} why=\"{}\"",
                    tuning.getMetadata().getNamespace(),
                    tuning.getMetadata().getName(),
                    s.owner(),
                    s.cause(),
                    s.message()));
    before.stream()
        .filter(b -> now.stream().noneMatch(s -> Suspensions.key(b).equals(Suspensions.key(s))))
        .forEach(
            b ->
                LOG.info(
                    "msg=\"suspension ended\" namespace={} tuning={} owner={}",
                    tuning.getMetadata().getNamespace(),
                    tuning.getMetadata().getName(),
                    b.owner()));
  }
}
