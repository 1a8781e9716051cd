package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.plan.SysctlMechanism;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Wording that several rules share. */
final class Phrases {

  private Phrases() {}

  static String pods(List<?> pods) {
    return pods((long) pods.size());
  }

  private static String pods(long number) {
    return number == 1 ? "1 pod" : number + " pods";
  }

  static Optional<Finding> ifAny(
      List<ObservedPod> pods, Function<List<ObservedPod>, Finding> finding) {
    return pods.isEmpty() ? Optional.empty() : Optional.of(finding.apply(pods));
  }

  /** How many pods are tuned by what; pods of one tuning may differ in what they can get. */
  static String tuned(VerdictInput s) {
    Map<TuningPlan, Long> pods =
        s.pods().stream()
            .collect(
                Collectors.groupingBy(
                    p -> s.expectation().in(p.facts()).plan(),
                    LinkedHashMap::new,
                    Collectors.counting()));
    return pods.entrySet().stream()
        .map(
            e ->
                e.getKey().injects()
                    ? "%s tuned by %s: %s"
                        .formatted(pods(e.getValue()), mechanisms(e.getKey()), e.getKey().reason())
                    : "%s not tuned: %s".formatted(pods(e.getValue()), e.getKey().reason()))
        .collect(Collectors.joining("; "));
  }

  /** By what a plan does its work. */
  static String mechanisms(TuningPlan plan) {
    return Stream.of(
            Optional.of(plan.mechanism())
                .filter(m -> m != SysctlMechanism.NONE)
                .map(SysctlMechanism::label),
            plan.sockets().map(SocketMechanism::label),
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
