package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is found on the servers of pods, with the pods that it is found on. */
final class EffectiveConcerns {

  private EffectiveConcerns() {}

  /** One for each reason, with the message of its first pod. */
  static Stream<Concern> of(VerdictInput s) {
    Map<Reason, List<JudgedPod>> byReason =
        s.judged().stream()
            .collect(
                Collectors.groupingBy(
                    p -> p.finding().reason(), LinkedHashMap::new, Collectors.toList()));
    return byReason.values().stream()
        .map(pods -> new Concern(named(s.namespace(), pods.get(0).finding(), pods), pods));
  }

  /** The finding, with a command for those of the pods that a restart helps. */
  static Finding named(String namespace, Finding finding, List<JudgedPod> judged) {
    Affected pending =
        new Affected(
            namespace,
            judged.stream()
                .filter(p -> !p.pod().coverage().hasWishes())
                .filter(p -> p.finding().reason() == finding.reason())
                .toList());
    return pending.pods().isEmpty()
        ? finding
        : finding.withRemedy(finding.remedy().named(pending::restart));
  }
}
