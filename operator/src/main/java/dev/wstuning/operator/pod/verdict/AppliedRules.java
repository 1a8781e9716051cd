package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Rules;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.selection.Exclusion;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rules of the condition Applied: do the selected pods carry the current plan? */
final class AppliedRules {

  private static final Rules<VerdictInput> RULES =
      new Rules<>(
          List.of(
              Understanding::unreadable,
              InjectionRules::webhookUnreachable,
              InjectionRules::actionFailed,
              InjectionRules::suspended,
              InjectionRules::podsRefused,
              InjectionRules::podsStuck,
              AppliedRules::observeOnly,
              BootRules::writeFailed,
              BootRules::socketsFailed,
              BootRules::openFilesFailed,
              BootRules::bootReportInvalid,
              AppliedRules::missed,
              AppliedRules::skipped,
              AppliedRules::needsPrivilege,
              AppliedRules::preloadLeftOut,
              AppliedRules::restartPending,
              AppliedRules::starting,
              InjectionRules::webhookUnproven,
              AppliedRules::noPods));

  private AppliedRules() {}

  static Finding judge(VerdictInput s) {
    return RULES.judge(
        s,
        () ->
            Finding.good(
                TuningReason.Applied,
                !s.expectation().plan().injects()
                    ? s.expectation().plan().reason()
                    : Phrases.tuned(s)));
  }

  private static Optional<Finding> observeOnly(VerdictInput s) {
    return Optional.of(Finding.good(TuningReason.ObserveOnly, s.expectation().plan().reason()))
        .filter(f -> s.expectation().observeOnly());
  }

  private static Optional<Finding> missed(VerdictInput s) {
    return Phrases.ifAny(
        s.with(Coverage.MISSED),
        missed ->
            Finding.bad(
                TuningReason.PodsMissed,
                Phrases.pods(missed) + " created while the operator did not answer: untuned",
                Phrases.restart(s.namespace(), missed)));
  }

  private static Optional<Finding> skipped(VerdictInput s) {
    return Phrases.ifAny(
        s.with(Coverage.SKIPPED),
        skipped -> {
          String why =
              skipped.stream()
                  .flatMap(p -> p.facts().exclusion().stream())
                  .map(Exclusion::sentence)
                  .distinct()
                  .sorted()
                  .collect(Collectors.joining("; "));
          return Finding.bad(
              TuningReason.PodsSkipped,
              "%s never tuned: %s %s"
                  .formatted(Phrases.pods(skipped), skipped.get(0).facts().name(), why),
              "narrow spec.selector, or change the pods");
        });
  }

  private static Optional<Finding> needsPrivilege(VerdictInput s) {
    return Privilege.needed(s.expectation())
        .or(
            () ->
                s.with(Coverage.CURRENT).stream()
                    .map(p -> s.expectation().in(p.facts()))
                    .filter(expectation -> expectation != s.expectation())
                    .findFirst()
                    .flatMap(Privilege::needed));
  }

  private static Optional<Finding> preloadLeftOut(VerdictInput s) {
    List<ObservedPod> without =
        s.with(Coverage.CURRENT).stream()
            .filter(
                p ->
                    s.expectation().in(p.facts()).plan().sockets().orElse(null)
                        instanceof SocketMechanism.Preload)
            .filter(p -> p.facts().noPreload().isPresent())
            .toList();
    return Phrases.ifAny(
        without,
        pods ->
            Finding.bad(
                TuningReason.PreloadLeftOut,
                "%s without the library: %s"
                    .formatted(Phrases.pods(pods), pods.get(0).facts().noPreload().orElseThrow()),
                "change the pods, or set spec.container where that is unclear, or let the pods be"
                    + " privileged, or remove Preload from spec.methods"));
  }

  private static Optional<Finding> restartPending(VerdictInput s) {
    return Phrases.ifAny(
        s.with(Coverage.RESTART_PENDING),
        pending ->
            Finding.bad(
                TuningReason.RestartPending,
                Phrases.pods(pending) + " created before the current settings",
                Phrases.restart(s.namespace(), pending)));
  }

  private static Optional<Finding> starting(VerdictInput s) {
    List<ObservedPod> starting = s.pods().stream().filter(p -> p.life() == Life.STARTING).toList();
    return Phrases.ifAny(
        starting,
        pods -> Finding.unknown(TuningReason.PodsStarting, Phrases.pods(pods) + " starting", ""));
  }

  private static Optional<Finding> noPods(VerdictInput s) {
    return s.pods().stream().anyMatch(ObservedPod::running)
        ? Optional.empty()
        : Optional.of(
            Finding.unknown(
                TuningReason.NoPods,
                "no selected pod runs; new ones will be tuned",
                "start pods whose labels match spec.selector"));
  }
}
