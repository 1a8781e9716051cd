package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Reason;
import dev.wstuning.operator.guardrail.Refusal;
import dev.wstuning.operator.pod.observation.Observation;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The four conditions of a tuning.
 *
 * @param partlyUnderstood what of the resource is not known; empty if all is, or if too little is
 * @param problems everything that is wrong or noteworthy, the worst first
 */
public record Verdict(
    Finding accepted,
    Finding applied,
    Finding effective,
    Finding ready,
    Optional<Finding> partlyUnderstood,
    List<Concern> problems) {

  /** Pods may be replaced, policies and networks may change, and the operator retries. */
  private static final Set<Reason> TIME_MAY_HELP =
      Set.of(
          TuningReason.RestartPending,
          TuningReason.PodsMissed,
          TuningReason.PodsBeforeAgent,
          TuningReason.NoNodeAgent,
          TuningReason.PodsSuspended,
          TuningReason.InjectionSuspended,
          TuningReason.ActionFailed,
          TuningReason.PodsRefused,
          TuningReason.PodsStuck,
          TuningReason.WebhookUnreachable,
          TuningReason.KeepaliveNotSeen);

  /** New pods are tuned, which is not said of those that run. */
  private static final Set<Reason> OLD_PODS =
      Set.of(TuningReason.RestartPending, TuningReason.PodsSuspended, TuningReason.PodsBeforeAgent);

  private static final Set<Reason> NOTHING_NEW =
      Set.of(TuningReason.NotObserved, TuningReason.ObservationOutdated);

  public static Verdict of(VerdictInput s) {
    Finding accepted = accepted(s);
    if (accepted.reason() == TuningReason.ForbiddenNamespace) {
      return leftAlone(s, accepted);
    }
    List<Concern> unapplied = AppliedRules.all(s);
    Finding applied = unapplied.isEmpty() ? AppliedRules.applied(s) : unapplied.get(0).finding();
    Finding effective = effective(s, s.judged());
    Finding ready = ready(s, accepted, applied);
    return new Verdict(
        accepted,
        applied,
        effective,
        ready,
        Understanding.partly(s),
        Problems.of(s, accepted, unapplied));
  }

  /** Pods stay as they are, and are not looked at. */
  private static Verdict leftAlone(VerdictInput s, Finding why) {
    return new Verdict(
        why,
        why,
        why.withStatus(ConditionStatus.Unknown),
        why,
        Understanding.partly(s),
        List.of(Concern.general(why)));
  }

  /** Why waiting does not help and someone has to act; empty if waiting may help. */
  public Optional<Finding> stalled() {
    if (accepted.status() == ConditionStatus.False
        || accepted.reason() == TuningReason.NotUnderstood) {
      return Optional.of(accepted);
    }
    return ready.status() == ConditionStatus.False && !TIME_MAY_HELP.contains(ready.reason())
        ? Optional.of(ready)
        : Optional.empty();
  }

  private static Finding accepted(VerdictInput s) {
    Optional<Refusal> untouched = s.expectation().untouched();
    if (untouched.isPresent()) {
      return Finding.bad(
          TuningReason.ForbiddenNamespace, untouched.get().why(), untouched.get().next());
    }
    Optional<Finding> unreadable = Understanding.unreadable(s);
    if (unreadable.isPresent()) {
      return unreadable.get();
    }
    if (!s.rivals().owners().isEmpty()) {
      return Finding.bad(
          TuningReason.Conflicted,
          "older tunings own pods that this one selects too: " + counts(s.rivals().owners()),
          "narrow spec.selector, or delete the older tuning");
    }
    if (!s.rivals().contenders().isEmpty()) {
      return Finding.good(
          TuningReason.Conflicted,
          "newer tunings select pods that this one owns: " + counts(s.rivals().contenders()),
          "narrow the selector of one of the two tunings");
    }
    return Finding.good(
        TuningReason.Accepted, "the tuning is valid and owns the pods that it selects");
  }

  private static String counts(Map<String, Integer> podsByTuning) {
    return podsByTuning.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(5)
        .map(e -> "%s (%d)".formatted(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  /**
   * The worst verdict on a pod, with how many pods share its reason. Pods that are not observed yet
   * do not change what is known of the others.
   *
   * @param judged the pods that count
   */
  private static Finding effective(VerdictInput s, List<JudgedPod> judged) {
    Optional<Finding> unreadable = Understanding.unreadable(s);
    if (unreadable.isPresent()) {
      return unreadable.get();
    }
    if (judged.isEmpty()) {
      return Finding.unknown(TuningReason.NoPods, "no pod runs that can be observed");
    }
    List<JudgedPod> observed = judged.stream().filter(p -> !p.awaited()).toList();
    List<JudgedPod> known = observed.isEmpty() ? judged : observed;
    Finding worst = Finding.worst(known.stream().map(JudgedPod::finding).toList(), "pods");
    return worst.status() == ConditionStatus.True
        ? allWell(judged.size(), known.size(), worst)
        : EffectiveConcerns.named(s.namespace(), dated(worst, known), known);
  }

  /** How old the last values are, if that is what is wrong with them. */
  private static Finding dated(Finding worst, List<JudgedPod> pods) {
    return worst.reason() == TuningReason.ObservationOutdated
        ? pods.stream()
            .filter(pod -> pod.finding().reason() == worst.reason())
            .flatMap(pod -> pod.pod().observation().last().stream())
            .map(Observation.Reported::at)
            .min(Comparator.naturalOrder())
            .map(oldest -> worst.withMessage(worst.message() + "; last observed at " + oldest))
            .orElse(worst)
        : worst;
  }

  /** What holds for all comes first; what is noteworthy in some of them follows. */
  private static Finding allWell(int pods, int observed, Finding worst) {
    String all =
        "%d of %d pods have the wanted limits".formatted(observed, pods)
            + (observed == pods ? "" : "; the rest is not observed yet");
    return new Finding(
        ConditionStatus.True,
        worst.reason(),
        worst.reason() == TuningReason.Effective ? all : all + "; in " + worst.message(),
        worst.remedy());
  }

  /** New pods will be tuned, nothing prevents it, and at least one running pod is tuned. */
  private static Finding ready(VerdictInput s, Finding accepted, Finding applied) {
    if (accepted.status() == ConditionStatus.False) {
      return accepted;
    }
    if (accepted.reason() == TuningReason.NotUnderstood) {
      return accepted.withStatus(ConditionStatus.False);
    }
    if (applied.status() == ConditionStatus.False
        && (!OLD_PODS.contains(applied.reason()) || noneIsCurrent(s))) {
      return applied;
    }
    if (applied.reason() == TuningReason.InjectionSuspended) {
      return applied;
    }
    List<JudgedPod> counted =
        s.expectation().observeOnly()
            ? s.judged()
            : s.judged().stream().filter(p -> p.pod().coverage().hasWishes()).toList();
    Finding effective = effective(s, counted);
    if (s.expectation().observeOnly()) {
      return onTheirWay(s, effective).orElseGet(() -> onlyObserved(effective));
    }
    if (effective.status() == ConditionStatus.False) {
      return effective;
    }
    Optional<Finding> onTheirWay = onTheirWay(s, effective);
    if (onTheirWay.isPresent()) {
      return onTheirWay.get();
    }
    Optional<Finding> unproven = InjectionRules.webhookUnproven(s);
    if (unproven.isPresent()) {
      return unproven.get();
    }
    Finding reported = applied.status() == ConditionStatus.True ? effective : applied;
    return reported.withStatus(ConditionStatus.True);
  }

  private static Finding onlyObserved(Finding effective) {
    return new Finding(
        ConditionStatus.True,
        TuningReason.ObserveOnly,
        "pods are not modified; " + effective.message(),
        effective.remedy());
  }

  /** Whether no running pod has the present settings. */
  private static boolean noneIsCurrent(VerdictInput s) {
    return s.judged().stream().noneMatch(p -> p.pod().coverage().hasWishes());
  }

  /**
   * Until the first pod is observed, nothing is known of any, and nothing of servers that restarted
   * since. It does not make a tuning unready that was ready: workloads roll all the time.
   */
  private static Optional<Finding> onTheirWay(VerdictInput s, Finding effective) {
    if (s.wasReady()) {
      return Optional.empty();
    }
    if (NOTHING_NEW.contains(effective.reason())) {
      return Optional.of(effective);
    }
    return StartingRules.ready(s);
  }
}
