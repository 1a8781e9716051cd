package dev.wstuning.operator.node.verdict;

import static dev.wstuning.operator.node.agent.NodeAgentDaemonSet.NAMESPACE;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.Optional;

/** The {@link NodeRules} that judge whether the agent exists and works. */
final class AgentRules {

  static final String NOT_READY = "the pod of the node agent is not ready";

  private AgentRules() {}

  /** A new version that does not run next to the present one counts, too: it should replace it. */
  static Optional<Finding> cannotRun(Wishes wishes, TunedNode state) {
    return state
        .failingAgent()
        .map(
            pod ->
                notRunning(
                    (state.agentReady()
                                ? "a new pod of the node agent does not run on %s, and the one before stays: "
                                : "the node agent does not run on %s: ")
                            .formatted(state.node().name())
                        + pod.problem().orElseThrow(),
                    pod));
  }

  static Optional<Finding> stuck(Wishes wishes, TunedNode state) {
    return state
        .stuckAgent()
        .map(
            pod ->
                notRunning(
                    "a pod of the node agent has not started on %s for minutes"
                            .formatted(state.node().name())
                        + (state.agentReady() ? ", and the one before stays" : ""),
                    pod));
  }

  /** For what an agent does: another pod that does not run takes nothing away. */
  static Optional<Finding> noneRuns(Wishes wishes, TunedNode state) {
    return state.agentReady()
        ? Optional.empty()
        : cannotRun(wishes, state).or(() -> stuck(wishes, state));
  }

  private static Finding notRunning(String message, AgentPod pod) {
    return Finding.bad(
        NodeReason.AgentNotRunning,
        message,
        "kubectl -n %s describe pod %s".formatted(NAMESPACE, pod.name()));
  }

  static Optional<Finding> notAppliedYet(Wishes wishes, TunedNode state) {
    if (wishes.ofOne() && !state.told()) {
      return Optional.of(waiting("the settings are not in the WebSocketNodeState of the node yet"));
    }
    if (state.current()) {
      return Optional.empty();
    }
    return Optional.of(
        waiting(
            state.hasAgent()
                ? "the node agent has not applied the settings yet"
                : "the node has no node agent yet"));
  }

  static Optional<Finding> starting(Wishes wishes, TunedNode state) {
    return state.agentStarting()
        ? Optional.of(
            waiting("the settings are applied; the node agent that watches them is starting"))
        : Optional.empty();
  }

  static Optional<Finding> silent(Wishes wishes, TunedNode state) {
    return state.agentReady()
        ? Optional.empty()
        : state
            .silentAgent()
            .map(
                pod ->
                    Finding.bad(
                        NodeReason.AgentNotRunning,
                        "the settings are applied, but no agent watches them: " + NOT_READY,
                        "kubectl get node %s; kubectl -n %s describe pod %s"
                            .formatted(state.node().name(), NAMESPACE, pod.name())));
  }

  private static Finding waiting(String message) {
    return Finding.unknown(
        NodeReason.Waiting,
        message,
        "wait; if this lasts for minutes, kubectl -n %s describe daemonset".formatted(NAMESPACE));
  }
}
