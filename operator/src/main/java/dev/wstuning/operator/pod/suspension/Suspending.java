package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Owner;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
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

  /** As many as a status may hold. With more, the whole tuning is suspended. */
  private static final int MOST = 20;

  /** If no pod was made for that long after a trial was due, what was known is out of date. */
  private static final Duration OUTDATED = Duration.ofHours(1);

  /** Clocks differ, and times in a status are whole seconds. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  /** How often pods that fail are looked at: nothing changes on them as time passes. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final Clock clock;
  private final Pauses pauses;
  private final Function<String, List<ReportedHolds.Report>> reports;
  private final String tunerImage;
  private final StartFailures failures;
  private final Replacements replacements;

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public Suspending(
      Clock clock, LongSupplier nanoTime, Pauses pauses, ReportedHolds reports, String tunerImage) {
    this(clock, nanoTime, pauses, reports::of, tunerImage);
  }

  /**
   * @param reports by the uid of the tuning
   */
  Suspending(
      Clock clock,
      LongSupplier nanoTime,
      Pauses pauses,
      Function<String, List<ReportedHolds.Report>> reports,
      String tunerImage) {
    this.clock = clock;
    this.pauses = pauses;
    this.reports = reports;
    this.tunerImage = tunerImage;
    this.failures = new StartFailures(nanoTime);
    this.replacements = new Replacements(pauses, nanoTime);
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
      return suspensions.stream().anyMatch(s -> Suspending.isOf(s, owner.orElse(Target.NOBODY)));
    }
  }

  /**
   * @param mark the mark of the tuning as it is, see {@link Mark#ofTuning}
   * @param pods those that the tuning owns
   * @param before what the last status said
   */
  public Decision decide(
      WebSocketTuning tuning, String mark, List<ObservedPod> pods, List<Suspension> before) {
    String uid = tuning.getMetadata().getUid();
    Map<String, Suspension> now = new LinkedHashMap<>();
    before.stream().filter(s -> isCurrent(s, mark, pods)).forEach(s -> now.put(key(s), s));
    reports.apply(uid).forEach(report -> merge(report, mark, pods, now));
    Map<Workload, List<Failing>> failing =
        failures.of(uid, pods).stream()
            .collect(
                Collectors.groupingBy(
                    f -> f.pod().workload().orElse(Target.NOBODY),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<PodFacts> replace = new ArrayList<>();
    failing.forEach(
        (owner, some) -> {
          Target target = target(tuning, owner, mark, some.get(0).pod());
          judge(target, some, now);
          replacements
              .next(
                  owner(uid, owner),
                  some,
                  now.values().stream().anyMatch(s -> isOf(s, owner)),
                  othersStart(owner, some, pods))
              .ifPresent(replace::add);
        });
    replacements.forgetOld();
    List<Suspension> suspensions = bounded(List.copyOf(now.values()), mark);
    tell(tuning, before, suspensions);
    return new Decision(suspensions, replace, again(suspensions, !failing.isEmpty()));
  }

  /** Notes that a pod went that should be replaced. */
  public void replaced(String tuningUid, PodFacts pod) {
    replacements.replaced(owner(tuningUid, pod.workload().orElse(Target.NOBODY)), pod);
  }

  private static Object owner(String tuningUid, Workload owner) {
    return List.of(tuningUid, owner);
  }

  public void forget(String tuningUid) {
    failures.forget(tuningUid);
  }

  private static Target target(WebSocketTuning tuning, Workload owner, String mark, PodFacts pod) {
    var metadata = tuning.getMetadata();
    return new Target(
        metadata.getNamespace(),
        metadata.getName(),
        metadata.getUid(),
        owner,
        new Mark(mark, Mark.ofTemplate(pod.labels())));
  }

  private static boolean othersStart(
      Workload owner, List<Failing> failing, List<ObservedPod> pods) {
    return pods.stream()
        .filter(p -> p.facts().workload().orElse(Target.NOBODY).equals(owner))
        .filter(p -> p.life() == Life.STARTING)
        .anyMatch(p -> failing.stream().noneMatch(f -> f.pod().uid().equals(p.facts().uid())));
  }

  private boolean isCurrent(Suspension s, String mark, List<ObservedPod> pods) {
    Optional<Published> published = Published.of(s);
    return published.isPresent()
        && published.get().mark().tuning().equals(mark)
        && clock.instant().isBefore(published.get().nextTry().plus(OUTDATED))
        && !succeeded(published.get(), pods);
  }

  /**
   * Whether a tuned pod of the owner, of any template, is newer than the last attempt and serves.
   */
  private boolean succeeded(Published s, List<ObservedPod> pods) {
    Duration pause = s.stuck() ? pauses.stuck(s.attempts()) : pauses.refused(s.attempts());
    Instant refused = s.nextTry().minus(pause);
    return s.owner().isPresent()
        && pods.stream()
            .filter(p -> p.life() == Life.RUNNING && p.facts().plan().isPresent())
            .filter(p -> p.facts().workload().orElse(Target.NOBODY).equals(s.owner().get()))
            .anyMatch(p -> p.facts().created().isAfter(refused.plus(SLACK)));
  }

  private void merge(
      ReportedHolds.Report report,
      String mark,
      List<ObservedPod> pods,
      Map<String, Suspension> now) {
    Held held = report.held();
    Suspension reported =
        suspension(
            held.target(),
            held.since(),
            held.nextTry(),
            held.attempts(),
            held.anyway() ? Cause.RefusedAnyway : Cause.Refused,
            report.words());
    // A replica that is gone cannot take back what it reported.
    boolean isNews = clock.instant().isBefore(held.nextTry());
    if (!isCurrent(reported, mark, pods) || !(isNews || now.containsKey(key(reported)))) {
      return;
    }
    now.merge(
        key(reported),
        reported,
        (known, newer) ->
            newer.attempts() > known.attempts() || newer.cause() == Cause.RefusedAnyway
                ? since(known.since(), newer)
                : known);
  }

  private static Suspension since(String since, Suspension s) {
    return new Suspension(
        s.owner(), since, s.nextTry(), s.attempts(), s.cause(), s.message(), s.fingerprint());
  }

  /** Suspends an owner whose pods cannot start, if that is not because of a node. */
  private void judge(Target target, List<Failing> failing, Map<String, Suspension> now) {
    List<Failing> present = failing.stream().filter(f -> hasPresentImage(f.pod())).toList();
    Optional<Suspension> known =
        now.values().stream().filter(s -> isOf(s, target.owner())).findFirst();
    boolean trialFailed =
        known
            .flatMap(Published::of)
            .filter(
                p ->
                    present.stream()
                        .filter(f -> f.lasting().compareTo(pauses.patience()) >= 0)
                        .anyMatch(f -> !f.pod().created().isBefore(p.nextTry().minus(SLACK))))
            .isPresent();
    boolean proven =
        known.isEmpty() && replacements.prove(owner(target.uid(), target.owner()), present);
    if (!trialFailed && !proven) {
      return;
    }
    int attempts = known.map(Suspension::attempts).orElse(0) + 1;
    Instant at = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Suspension suspension =
        suspension(
            target,
            known.map(Suspension::since).map(Instant::parse).orElse(at),
            at.plus(pauses.stuck(attempts)),
            attempts,
            Cause.Stuck,
            present.get(0).why());
    now.put(known.map(Suspending::key).orElse(key(suspension)), suspension);
  }

  /** Pods of an older operator do not show with which image they were injected. */
  private boolean hasPresentImage(PodFacts pod) {
    return pod.injectedImage().or(() -> pod.tuner().flatMap(InjectedTuner::image)).stream()
        .allMatch(tunerImage::equals);
  }

  private static Suspension suspension(
      Target target, Instant since, Instant nextTry, int attempts, Cause cause, String why) {
    Workload owner = target.owner();
    return new Suspension(
        new Owner(owner.group(), owner.kind(), owner.name()),
        since.toString(),
        nextTry.toString(),
        attempts,
        cause,
        Finding.brief(why),
        target.mark().toString());
  }

  private static String key(Suspension s) {
    return s.owner() + s.fingerprint();
  }

  static boolean isOf(Suspension s, Workload owner) {
    return Published.of(s)
        .filter(p -> p.owner().isEmpty() || p.owner().get().equals(owner))
        .isPresent();
  }

  private List<Suspension> bounded(List<Suspension> all, String mark) {
    if (all.size() <= MOST) {
      return all;
    }
    Suspension last = all.stream().max(Comparator.comparing(Suspension::nextTry)).orElseThrow();
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
        .filter(s -> before.stream().noneMatch(b -> key(b).equals(key(s))))
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
        .filter(b -> now.stream().noneMatch(s -> key(b).equals(key(s))))
        .forEach(
            b ->
                LOG.info(
                    "msg=\"suspension ended\" namespace={} tuning={} owner={}",
                    tuning.getMetadata().getNamespace(),
                    tuning.getMetadata().getName(),
                    b.owner()));
  }
}
