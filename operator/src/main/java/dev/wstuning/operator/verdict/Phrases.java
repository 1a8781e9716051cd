package dev.wstuning.operator.verdict;

import dev.wstuning.operator.selection.PodFacts;
import dev.wstuning.operator.selection.Workload;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Wording that several rules share. */
final class Phrases {

  private Phrases() {}

  static String pods(List<?> pods) {
    return pods.size() == 1 ? "1 pod" : pods.size() + " pods";
  }

  static Optional<Finding> ifAny(
      List<ObservedPod> pods, Function<List<ObservedPod>, Finding> finding) {
    return pods.isEmpty() ? Optional.empty() : Optional.of(finding.apply(pods));
  }

  /** The command that replaces these pods. */
  static String restart(String namespace, List<ObservedPod> pods) {
    List<String> workloads =
        pods.stream()
            .flatMap(p -> p.facts().workload().stream())
            .filter(Workload::restartable)
            .map(Workload::toString)
            .distinct()
            .sorted()
            .limit(3)
            .toList();
    return workloads.isEmpty()
        ? "kubectl -n %s delete pod %s, then create it anew"
            .formatted(
                namespace,
                pods.stream()
                    .map(ObservedPod::facts)
                    .map(PodFacts::name)
                    .sorted()
                    .limit(3)
                    .collect(Collectors.joining(" ")))
        : "kubectl -n %s rollout restart %s".formatted(namespace, String.join(" ", workloads));
  }
}
