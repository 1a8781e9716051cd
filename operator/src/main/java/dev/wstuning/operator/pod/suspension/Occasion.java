package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.InjectionFailures.Stuck;
import dev.wstuning.operator.pod.suspension.StartFailures.Failing;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When something is decided for the owners of a tuning.
 *
 * @param mark the mark of the tuning
 * @param pods those that the tuning owns
 * @param stuck the uids of those that are on a node and cannot start because of us
 * @param suspensions as far as they are decided
 */
record Occasion(
    WebSocketTuning tuning,
    String mark,
    List<ObservedPod> pods,
    Set<String> stuck,
    Suspensions suspensions) {

  static Occasion of(
      WebSocketTuning tuning,
      String mark,
      List<ObservedPod> pods,
      List<Stuck> stuck,
      Suspensions suspensions) {
    return new Occasion(
        tuning,
        mark,
        pods,
        stuck.stream().map(s -> s.pod().uid()).collect(Collectors.toSet()),
        suspensions);
  }

  String uid() {
    return tuning.getMetadata().getUid();
  }

  /** Names an owner among those of all tunings. */
  Object key(Workload owner) {
    return key(uid(), owner);
  }

  static Object key(String tuningUid, Workload owner) {
    return List.of(tuningUid, owner);
  }

  /** What is suspended if {@code pod} proves something. */
  Target target(PodFacts pod) {
    return Target.of(tuning, pod.workload(), mark, pod.labels());
  }

  /** By owner and template, in the order in which they came. */
  Map<Target, List<Failing>> byTarget(List<Failing> failing) {
    return failing.stream()
        .collect(
            Collectors.groupingBy(f -> target(f.pod()), LinkedHashMap::new, Collectors.toList()));
  }

  /** Whether pods of the owner are about to start: on a node, and not stuck. */
  boolean othersStart(Workload owner) {
    return pods.stream()
        .filter(p -> p.life() == Life.STARTING)
        .map(ObservedPod::facts)
        .filter(facts -> Target.owner(facts.workload()).equals(owner))
        .anyMatch(facts -> facts.unschedulable().isEmpty() && !stuck.contains(facts.uid()));
  }

  /** Whether a pod of the owner that started untuned since then has a node. */
  boolean untunedHasNode(Workload owner, Instant since) {
    return pods.stream()
        .map(ObservedPod::facts)
        .filter(facts -> facts.suspended() && facts.node().isPresent())
        .filter(facts -> Target.owner(facts.workload()).equals(owner))
        .anyMatch(facts -> !facts.created().isBefore(since));
  }
}
