package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import java.util.Optional;

/** How a pod stands to a plan that the agents of nodes carry out. */
public final class NodeCoverage {

  private NodeCoverage() {}

  /**
   * @param compared how the pod stands to the plan, regardless of who carries it out
   * @param node what the agent of its node reports of itself
   * @param reported what it reports of the pod
   */
  public static Coverage of(
      Coverage compared,
      PodFacts pod,
      Optional<NodeAgentReport> node,
      Optional<PodReport> reported) {
    if (compared.hasWishes() || compared == Coverage.SKIPPED) {
      return compared;
    }
    if (pod.node().isEmpty()) {
      return Coverage.UNREPORTED;
    }
    if (node.filter(agent -> agent.pods().serving()).isEmpty()) {
      return Coverage.NO_AGENT;
    }
    if (pod.plan().isPresent()) {
      return compared;
    }
    if (reported.isEmpty()) {
      return Coverage.UNREPORTED;
    }
    if (reported.get().problem().isPresent() && !reported.get().late()) {
      return Coverage.NO_AGENT;
    }
    return compared == Coverage.MISSED ? Coverage.BEFORE_AGENT : compared;
  }
}
