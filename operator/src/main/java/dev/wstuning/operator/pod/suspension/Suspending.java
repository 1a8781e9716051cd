package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.InjectionFailures.Stuck;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on the leader for which owners tuning is suspended, and which pods are replaced because
 * they cannot start. A suspension ends when a trial succeeded, and at once when what it goes by
 * changes.
 */
public final class Suspending {

  private static final Logger LOG = LoggerFactory.getLogger(Suspending.class);

  private final Clock clock;
  private final Intervals intervals;
  private final Function<String, List<ReportedHolds.Report>> reports;
  private final Replacements replacements;
  private final CannotStart cannotStart;
  private final Unscheduled unscheduled;

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
    this.replacements = new Replacements(intervals, nanoTime);
    this.cannotStart = new CannotStart(intervals, tunerImage, replacements, nanoTime);
    this.unscheduled = new Unscheduled(intervals, replacements, nanoTime);
  }

  /**
   * What is known of the pods of a tuning.
   *
   * @param pods those that the tuning owns
   * @param stuck those of them that cannot start because of us
   * @param crowded whether the scheduler finds no node for untuned pods of the namespace either
   */
  public record Evidence(List<ObservedPod> pods, List<Stuck> stuck, boolean crowded) {}

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
   * @param before what the last status said
   */
  public Decision decide(
      WebSocketTuning tuning, String mark, Evidence evidence, List<Suspension> before) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Suspensions suspensions = new Suspensions(now, intervals, mark, evidence.pods(), before);
    reports.apply(tuning.getMetadata().getUid()).forEach(suspensions::reported);

    Occasion occasion = Occasion.of(tuning, mark, evidence.pods(), evidence.stuck(), suspensions);
    List<PodFacts> replace = new ArrayList<>(cannotStart.judge(occasion, evidence.stuck()));
    Unscheduled.Step step = unscheduled.judge(occasion, evidence.crowded());
    replace.addAll(step.replace());
    Set<Optional<Workload>> owners = new HashSet<>();
    replace.removeIf(pod -> !owners.add(pod.workload()));
    replacements.forgetOld();

    List<Suspension> decided = suspensions.list();
    tell(tuning, before, decided);
    return new Decision(
        decided,
        replace,
        Stream.of(
                trial(decided),
                step.again(),
                evidence.stuck().isEmpty()
                    ? Optional.<Duration>empty()
                    : Optional.of(Intervals.LOOK_AGAIN))
            .flatMap(Optional::stream)
            .min(Comparator.naturalOrder()));
  }

  /** Notes that a pod went that should be replaced. */
  public void replaced(String tuningUid, PodFacts pod) {
    replacements.replaced(Occasion.key(tuningUid, Target.owner(pod.workload())), pod);
  }

  public void forget(String tuningUid) {
    cannotStart.forget(tuningUid);
    unscheduled.forget(tuningUid);
  }

  /** When the next trial is due, or what is known is out of date. */
  private Optional<Duration> trial(List<Suspension> suspensions) {
    return suspensions.stream()
        .map(s -> Instant.parse(s.nextTry()))
        .flatMap(due -> Stream.of(due, due.plus(Suspensions.OUTDATED)))
        .map(at -> Duration.between(clock.instant(), at))
        .filter(wait -> !wait.isNegative())
        .map(wait -> wait.plusSeconds(1))
        .min(Comparator.naturalOrder());
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
