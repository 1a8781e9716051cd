package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Reason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Everything about a tuning that is wrong, or that needs someone to act. */
final class Problems {

  private Problems() {}

  /**
   * One for each reason, the worst first.
   *
   * @param unapplied what keeps pods from carrying the plan
   */
  static List<Concern> of(VerdictInput s, Finding accepted, List<Concern> unapplied) {
    Set<Reason> seen = new HashSet<>();
    return Stream.of(
            Stream.of(Concern.general(accepted)),
            unapplied.stream(),
            AppliedRules.improvable(s).stream(),
            EffectiveConcerns.of(s),
            Understanding.partly(s).map(Concern::general).stream())
        .flatMap(concerns -> concerns)
        .filter(c -> isProblem(c.finding()))
        .filter(c -> seen.add(c.finding().reason()))
        .sorted(Comparator.comparing(Concern::finding, Finding.WORST_FIRST))
        .toList();
  }

  /** A tuning without pods is no problem. */
  private static boolean isProblem(Finding finding) {
    return finding.reason() != TuningReason.NoPods
        && (finding.status() == ConditionStatus.False || !finding.next().isEmpty());
  }
}
