package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Rules;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.plan.SysctlMechanism;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Exclusion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rules of the condition Applied: do the selected pods carry the current plan? */
final class AppliedRules {

  private static final Rules<VerdictInput, Concern> RULES =
      new Rules<>(
          List.of(
              general(Understanding::unreadable),
              general(InjectionRules::webhookUnreachable),
              general(InjectionRules::actionFailed),
              general(InjectionRules::suspended),
              general(InjectionRules::podsRefused),
              general(InjectionRules::podsStuck),
              general(NodeAgentRules::noneAnywhere),
              general(AppliedRules::observeOnly),
              BootRules::writeFailed,
              BootRules::socketsFailed,
              BootRules::openFilesFailed,
              BootRules::bootReportInvalid,
              AppliedRules::missed,
              NodeAgentRules::none,
              AppliedRules::suspended,
              AppliedRules::skipped,
              general(AppliedRules::needsPrivilege),
              general(NodeAgentRules::notPossible),
              AppliedRules::preloadLeftOut,
              NodeAgentRules::tooLate,
              AppliedRules::restartPending,
              NodeAgentRules::unreported,
              StartingRules::applied,
              general(InjectionRules::webhookUnproven),
              general(AppliedRules::noPods)));

  private static final int MOST_WORKLOADS = 3;

  private AppliedRules() {}

  private static Function<VerdictInput, Optional<Concern>> general(
      Function<VerdictInput, Optional<Finding>> rule) {
    return s -> rule.apply(s).map(Concern::general);
  }

  /** Everything that keeps pods from carrying the plan, the worst first. */
  static List<Concern> all(VerdictInput s) {
    return RULES.all(s).toList();
  }

  /** What is found if nothing keeps them from it. */
  static Finding applied(VerdictInput s) {
    TuningPlan plan = s.expectation().plan();
    return Finding.good(TuningReason.Applied, plan.injects() ? tuned(s) : plan.reason());
  }

  private static Optional<Finding> observeOnly(VerdictInput s) {
    return s.expectation().observeOnly()
        ? Optional.of(Finding.good(TuningReason.ObserveOnly, s.expectation().plan().reason()))
        : Optional.empty();
  }

  private static Optional<Concern> missed(VerdictInput s) {
    return old(
        s,
        Coverage.MISSED,
        TuningReason.PodsMissed,
        "started untuned because the operator did not answer");
  }

  private static Optional<Concern> suspended(VerdictInput s) {
    return old(
        s,
        Coverage.SUSPENDED,
        TuningReason.PodsSuspended,
        "started untuned while tuning was suspended");
  }

  private static Optional<Concern> skipped(VerdictInput s) {
    return s.with(Coverage.SKIPPED)
        .ifAny(
            skipped -> {
              String why =
                  skipped.pods().stream()
                      .flatMap(p -> p.facts().exclusion().stream())
                      .map(Exclusion::sentence)
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining("; "));
              return Finding.bad(
                  TuningReason.PodsSkipped,
                  "%s cannot be tuned: %s %s%s"
                      .formatted(
                          skipped.count(),
                          skipped.first().name(),
                          why,
                          skipped.pods().stream().anyMatch(p -> p.facts().openFilesOnly())
                              ? "; only open files are requested, from the node's agent"
                              : ""),
                  "narrow spec.selector, or change the pods");
            });
  }

  private static Optional<Finding> needsPrivilege(VerdictInput s) {
    return Privilege.needed(s.expectation())
        .or(
            () ->
                s.with(Coverage.CURRENT).pods().stream()
                    .map(JudgedPod::expectation)
                    .filter(expectation -> !expectation.equals(s.expectation()))
                    .findFirst()
                    .flatMap(Privilege::needed));
  }

  private static Optional<Concern> preloadLeftOut(VerdictInput s) {
    return s.affected(
            p ->
                p.is(Coverage.CURRENT)
                    && !p.is(Life.NOT_RUNNING)
                    && p.expectation().plan().byLibrary()
                    && p.facts().noPreload().isPresent())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.PreloadLeftOut,
                    "%s started without the preload library: %s"
                        .formatted(pods.count(), pods.first().facts().noPreload().orElseThrow()),
                    "change the pods, or set spec.container if the container is unclear, or let the pods"
                        + " be privileged, or remove Preload from spec.methods"));
  }

  private static Optional<Concern> restartPending(VerdictInput s) {
    return old(
        s,
        Coverage.RESTART_PENDING,
        TuningReason.RestartPending,
        "created before the current settings");
  }

  /** Pods that a restart helps. */
  private static Optional<Concern> old(
      VerdictInput s, Coverage coverage, TuningReason reason, String what) {
    return s.with(coverage)
        .ifAny(
            pods ->
                Finding.bad(
                    reason,
                    "%s %s%s".formatted(pods.count(), what, notRestarted(s, pods)),
                    pods.restart()));
  }

  private static String notRestarted(VerdictInput s, Affected pods) {
    List<String> left = s.restarts() ? pods.notRestartable() : List.of();
    return left.isEmpty()
        ? ""
        : "; the operator restarts Deployments, StatefulSets and DaemonSets only, not "
            + String.join(", ", left.subList(0, Math.min(MOST_WORKLOADS, left.size())));
  }

  /** Nothing is wrong with these pods, but new ones would be tuned in another way. */
  static Optional<Concern> improvable(VerdictInput s) {
    return s.with(Coverage.IMPROVABLE)
        .ifAny(
            improvable -> {
              TuningPlan plan = improvable.first().expectation().plan();
              return plan.injects()
                  ? Finding.good(
                      TuningReason.Improvable,
                      improvable.count()
                          + " would be tuned differently if created now: "
                          + plan.reason(),
                      improvable.restart())
                  : Finding.good(
                      TuningReason.Improvable,
                      improvable.count() + " would not be tuned if created now: " + plan.reason());
            });
  }

  private static Optional<Finding> noPods(VerdictInput s) {
    return s.pods().stream().anyMatch(JudgedPod::runs)
        ? Optional.empty()
        : Optional.of(
            Finding.unknown(
                TuningReason.NoPods,
                "no selected pod runs; new pods will be tuned",
                "start pods whose labels match spec.selector"));
  }

  /** How many pods are tuned by which mechanisms; pods of one tuning may differ in that. */
  private static String tuned(VerdictInput s) {
    Map<TuningPlan, Long> pods =
        s.pods().stream()
            .collect(
                Collectors.groupingBy(
                    p -> p.expectation().plan(), LinkedHashMap::new, Collectors.counting()));
    return pods.entrySet().stream()
        .map(e -> tuned(Affected.count(e.getValue()), e.getKey()))
        .collect(Collectors.joining("; "));
  }

  private static String tuned(String pods, TuningPlan plan) {
    return plan.injects()
        ? "%s tuned by %s: %s".formatted(pods, mechanisms(plan), plan.reason())
        : "%s not tuned: %s".formatted(pods, plan.reason());
  }

  /** The mechanisms that a plan uses. */
  private static String mechanisms(TuningPlan plan) {
    List<String> mechanisms = new ArrayList<>();
    if (plan.mechanism() != SysctlMechanism.NONE) {
      mechanisms.add(plan.mechanism().label());
    }
    plan.sockets().map(s -> s.by().name()).ifPresent(mechanisms::add);
    plan.openFiles().map(o -> "the request for " + o.limits()).ifPresent(mechanisms::add);
    return String.join(" and ", mechanisms);
  }
}
