package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the verdict on a tuning depends on.
 *
 * @param pods the selected pods that the tuning owns; by name, so that caches that list them in
 *     another order lead to the same verdict
 * @param ownedByOther how many selected pods an older tuning owns, by its name
 * @param contendedBy how many of {@code pods} a newer tuning selects too, by its name
 * @param forbidden whether the namespace is one that is never touched
 * @param suspension why injection is suspended; empty if it is not
 * @param webhookProblem why the API server does not reach the webhook; empty if it does
 * @param webhookDoubt why it is not known yet whether it does; empty if it is known
 * @param creationProblem why pods cannot be created at the moment; empty if they can
 * @param startProblem why pods that were injected cannot start; empty if they can
 * @param actionProblem what the API server refused in this pass; empty if nothing
 * @param agentServes whether the agent of any node grants open files
 */
public record VerdictInput(
    String namespace,
    String name,
    Expectation expectation,
    List<ObservedPod> pods,
    Map<String, Integer> ownedByOther,
    Map<String, Integer> contendedBy,
    boolean forbidden,
    Optional<String> suspension,
    Optional<String> webhookProblem,
    Optional<String> webhookDoubt,
    Optional<String> creationProblem,
    Optional<String> startProblem,
    Optional<String> actionProblem,
    boolean agentServes) {

  public VerdictInput {
    pods = pods.stream().sorted(Comparator.comparing(p -> p.facts().name())).toList();
  }

  List<ObservedPod> with(ObservedPod.Coverage coverage) {
    return pods.stream()
        .filter(p -> p.coverage() == coverage && p.life() != ObservedPod.Life.NOT_RUNNING)
        .toList();
  }
}
