package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.selection.Workload;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod with the judgement on it, which is made once in a pass.
 *
 * @param expectation what it was measured against
 * @param inspection what its report shows; empty if there is none
 * @param finding whether its server has the wanted limits; it counts only for pods that are {@link
 *     #judged}
 */
public record JudgedPod(
    ObservedPod pod, Expectation expectation, Optional<Inspection> inspection, Finding finding) {

  /** The same, with one object for what other pods have, too. */
  public JudgedPod sharing(Sharing sharing) {
    return new JudgedPod(
        pod, expectation, inspection.map(i -> i.sharing(sharing)), sharing.one(finding));
  }

  /** The same for a pod of which nothing but counts is another. */
  public JudgedPod counted(ObservedPod now) {
    return new JudgedPod(now, expectation, inspection.map(i -> i.counted(now)), finding);
  }

  /** The same, with another finding. */
  JudgedPod found(Finding value) {
    return new JudgedPod(pod, expectation, inspection, value);
  }

  public PodFacts facts() {
    return pod.facts();
  }

  /** What will replace the pods, as kubectl takes it; each once, by name. */
  public static Stream<String> workloads(List<JudgedPod> pods) {
    return pods.stream()
        .flatMap(p -> p.facts().workload().stream())
        .map(Workload::toString)
        .distinct()
        .sorted();
  }

  public String name() {
    return pod.facts().name();
  }

  /** Whether the finding counts: excluded pods are not looked at. */
  public boolean judged() {
    return pod.judged();
  }

  public boolean is(Life life) {
    return pod.life() == life;
  }

  boolean runs() {
    return is(Life.RUNNING);
  }

  /** Whether its server was not looked at yet, and will be. */
  boolean awaited() {
    return pod.observation().awaited();
  }

  public boolean is(Coverage coverage) {
    return pod.coverage() == coverage;
  }
}
