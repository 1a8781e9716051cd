package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The four conditions of a tuning.
 *
 * @param partlyUnderstood what of the resource is not known; empty if all is, or if too little is
 */
public record Verdict(
    Finding accepted,
    Finding applied,
    Finding effective,
    Finding ready,
    Optional<Finding> partlyUnderstood) {

  public static Verdict of(VerdictInput s) {
    Finding accepted = accepted(s);
    Finding applied = AppliedRules.judge(s);
    Finding effective = effective(s, s.pods());
    Finding ready = ready(s, accepted, applied);
    return new Verdict(accepted, applied, effective, ready, Understanding.partly(s));
  }

  /** Why waiting does not help, and only a person can; empty if it may help. */
  public Optional<Finding> stalled() {
    return accepted.status() == ConditionStatus.False
            || accepted.reason() == TuningReason.NotUnderstood
        ? Optional.of(accepted)
        : Optional.empty();
  }

  private static Finding accepted(VerdictInput s) {
    Optional<Finding> unreadable = Understanding.unreadable(s);
    if (unreadable.isPresent()) {
      return unreadable.get();
    }
    if (s.forbidden()) {
      return Finding.bad(
          TuningReason.ForbiddenNamespace,
          "pods of namespace %s are never touched".formatted(s.namespace()),
          "create the resource in another namespace");
    }
    if (!s.ownedByOther().isEmpty()) {
      return Finding.bad(
          TuningReason.Conflicted,
          "older tunings keep pods that this one selects too: " + counts(s.ownedByOther()),
          "narrow spec.selector, or delete the older resource");
    }
    if (!s.contendedBy().isEmpty()) {
      return new Finding(
          ConditionStatus.True,
          TuningReason.Conflicted,
          "newer tunings select pods that this one keeps: " + counts(s.contendedBy()),
          "narrow spec.selector here or there");
    }
    return Finding.good(
        TuningReason.Accepted, "the resource is valid and owns the pods that it selects");
  }

  private static String counts(Map<String, Integer> podsByTuning) {
    return podsByTuning.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(5)
        .map(e -> "%s (%d)".formatted(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** The worst verdict on a pod, with how many pods share its reason. */
  private static Finding effective(VerdictInput s, List<ObservedPod> pods) {
    Optional<Finding> unreadable = Understanding.unreadable(s);
    if (unreadable.isPresent()) {
      return unreadable.get();
    }
    List<ObservedPod> judged = pods.stream().filter(ObservedPod::judged).toList();
    if (judged.isEmpty()) {
      return Finding.unknown(TuningReason.NoPods, "no pod runs that could be looked at", "");
    }
    List<Finding> findings =
        judged.stream().map(p -> EffectiveRules.effective(s.expectation(), p)).toList();
    Finding worst = findings.stream().min(Finding.WORST_FIRST).orElseThrow();
    long same = findings.stream().filter(f -> f.reason() == worst.reason()).count();
    List<ObservedPod> pending =
        judged.stream()
            .filter(p -> p.coverage() != Coverage.CURRENT)
            .filter(p -> EffectiveRules.effective(s.expectation(), p).reason() == worst.reason())
            .toList();
    String next =
        worst.next().equals(SocketRemedies.RESTART) && !pending.isEmpty()
            ? Phrases.restart(s.namespace(), pending)
            : worst.next();
    String message = "%d of %d pods: %s".formatted(same, judged.size(), worst.message());
    return new Finding(worst.status(), worst.reason(), message, next);
  }

  /** New pods will be tuned, nothing prevents it, and of those that run at least one is. */
  private static Finding ready(VerdictInput s, Finding accepted, Finding applied) {
    if (accepted.status() == ConditionStatus.False) {
      return accepted;
    }
    if (accepted.reason() == TuningReason.NotUnderstood) {
      return Finding.bad(accepted.reason(), accepted.message(), accepted.next());
    }
    if (applied.status() == ConditionStatus.False
        && (applied.reason() != TuningReason.RestartPending || noneIsCurrent(s))) {
      return applied;
    }
    List<ObservedPod> current =
        s.expectation().observeOnly()
            ? s.pods()
            : s.pods().stream().filter(p -> p.coverage() == Coverage.CURRENT).toList();
    boolean starting = s.pods().stream().anyMatch(p -> p.life() == Life.STARTING);
    Finding effective = effective(s, current);
    if (s.expectation().observeOnly()) {
      return awaited(s)
          .orElseGet(
              () ->
                  new Finding(
                      ConditionStatus.True,
                      TuningReason.ObserveOnly,
                      "nothing is injected; " + effective.message(),
                      effective.next()));
    }
    if (effective.status() == ConditionStatus.False) {
      return effective;
    }
    if (starting) {
      return Finding.unknown(TuningReason.PodsStarting, "pods are starting", "");
    }
    if (effective.reason() == TuningReason.NotObserved) {
      return effective;
    }
    Optional<Finding> unproven = InjectionRules.webhookUnproven(s);
    if (unproven.isPresent()) {
      return unproven.get();
    }
    Finding told = applied.status() == ConditionStatus.True ? effective : applied;
    return new Finding(ConditionStatus.True, told.reason(), told.message(), told.next());
  }

  /** Whether no running pod has the present settings. */
  private static boolean noneIsCurrent(VerdictInput s) {
    return s.pods().stream()
        .filter(ObservedPod::judged)
        .noneMatch(p -> p.coverage() == Coverage.CURRENT);
  }

  /** Pods that are still to be looked at; a verdict on some of them is none on all. */
  private static Optional<Finding> awaited(VerdictInput s) {
    List<ObservedPod> judged = s.pods().stream().filter(ObservedPod::judged).toList();
    long awaited = judged.stream().filter(p -> p.observation().pending()).count();
    return awaited == 0
        ? Optional.empty()
        : Optional.of(
            Finding.unknown(
                TuningReason.NotObserved,
                "%d of %d pods were not looked at yet".formatted(awaited, judged.size()),
                ""));
  }
}
