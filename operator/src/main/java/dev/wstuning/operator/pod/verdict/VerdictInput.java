package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Everything that the verdict on a tuning depends on.
 *
 * @param expectation what a pod without peculiarities is measured against
 * @param pods the selected pods that the tuning owns; by name, so that caches that list them in
 *     another order lead to the same verdict
 * @param wasReady whether the tuning was ready before
 * @param agentServes whether the agent of any node grants open files
 * @param restarts whether the operator is to restart workloads whose pods are old
 */
public record VerdictInput(
    String namespace,
    String name,
    Expectation expectation,
    List<JudgedPod> pods,
    Rivals rivals,
    Hindrances hindrances,
    boolean wasReady,
    boolean agentServes,
    boolean restarts) {

  public VerdictInput {
    pods = NoServers.among(pods.stream().sorted(Comparator.comparing(JudgedPod::name)).toList());
  }

  /** The pods whose findings count. */
  public List<JudgedPod> judged() {
    return pods.stream().filter(JudgedPod::judged).toList();
  }

  Affected with(Coverage coverage) {
    return affected(p -> p.is(coverage) && !p.is(Life.NOT_RUNNING));
  }

  Affected affected(Predicate<JudgedPod> which) {
    return new Affected(namespace, pods.stream().filter(which).toList());
  }
}
