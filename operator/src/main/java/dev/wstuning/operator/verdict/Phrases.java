package dev.wstuning.operator.verdict;

import dev.wstuning.operator.selection.PodFacts;
import dev.wstuning.operator.selection.Workload;
import dev.wstuning.operator.tuning.Mechanism;
import dev.wstuning.operator.tuning.SocketTuning;
import dev.wstuning.operator.tuning.TuningPlan;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** By what a plan does its work. */
  static String mechanisms(TuningPlan plan) {
    return Stream.of(
            Optional.of(plan.mechanism()).filter(m -> m != Mechanism.NONE).map(Mechanism::label),
            plan.sockets().map(SocketTuning::label),
            plan.openFiles().map(o -> "the request for " + o.limits()))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(" and "));
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
