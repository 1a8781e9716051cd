package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Remedy.OldPod;
import dev.wstuning.operator.condition.Remedy.RestartPods;
import dev.wstuning.operator.condition.Remedy.Way;
import dev.wstuning.operator.pod.selection.Workload;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The pods of a namespace that a finding is about. */
record Affected(String namespace, List<JudgedPod> pods) {

  /** What is found, if there are such pods at all. */
  Optional<Concern> ifAny(Function<Affected, Finding> finding) {
    return pods.isEmpty() ? Optional.empty() : Optional.of(new Concern(finding.apply(this), pods));
  }

  JudgedPod first() {
    return pods.get(0);
  }

  /** How many they are, as a sentence begins. */
  String count() {
    return count(pods.size());
  }

  static String count(long pods) {
    return pods == 1 ? "1 pod" : pods + " pods";
  }

  /** What replaces them. */
  RestartPods restart() {
    return new RestartPods(namespace, pods.stream().map(Affected::old).toList());
  }

  private static OldPod old(JudgedPod pod) {
    Optional<Workload> workload = pod.facts().workload();
    return new OldPod(
        pod.name(),
        workload.map(Workload::replacement).map(Affected::way).orElse(Way.BY_HAND),
        workload.map(Workload::toString).orElse(""));
  }

  private static Way way(Workload.Replacement replacement) {
    return switch (replacement) {
      case ROLLOUT -> Way.ROLLOUT_RESTART;
      case ARGO_ROLLOUT -> Way.ARGO_ROLLOUT;
      case DELETION -> Way.DELETION;
      case NEXT_RUN -> Way.NEXT_RUN;
    };
  }

  /** The workloads among them that the operator itself cannot restart; each once, by name. */
  List<String> notRestartable() {
    return pods.stream()
        .flatMap(p -> p.facts().workload().stream())
        .filter(w -> !w.restartable())
        .map(Workload::toString)
        .distinct()
        .sorted()
        .toList();
  }
}
