package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import java.util.Optional;

/** The rules about pods that start, of a tuning of which none runs. */
final class StartingRules {

  private StartingRules() {}

  /** Of the condition Applied. */
  static Optional<Concern> applied(VerdictInput s) {
    return starting(s).ifAny(pods -> finding(pods, pods.count() + " starting"));
  }

  /** Of the condition Ready. */
  static Optional<Finding> ready(VerdictInput s) {
    return starting(s).ifAny(pods -> finding(pods, "pods are starting")).map(Concern::finding);
  }

  /** Where pods run already, others that start are no news: there are always some. */
  private static Affected starting(VerdictInput s) {
    return s.affected(p -> p.is(Life.STARTING) && s.pods().stream().noneMatch(JudgedPod::runs));
  }

  private static Finding finding(Affected pods, String what) {
    return pods.pods().stream()
        .filter(p -> p.pod().boot().awaitsAgent())
        .findFirst()
        .map(p -> awaitingAgent(p, what))
        .orElseGet(() -> Finding.unknown(TuningReason.PodsStarting, what));
  }

  private static Finding awaitingAgent(JudgedPod pod, String what) {
    return Finding.unknown(
        TuningReason.PodsStarting,
        "%s; %s waits for the agent of node %s, which was just booted, to be granted open files"
            .formatted(what, pod.name(), pod.facts().node().orElse("")),
        "wait: without the agent it starts 90 seconds after it came to the node; kubectl get wsnt -o wide"
            + " shows why the agent is late");
  }
}
