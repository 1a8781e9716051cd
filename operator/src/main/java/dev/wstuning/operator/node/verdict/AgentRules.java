package dev.wstuning.operator.node.verdict;

import static dev.wstuning.operator.node.agent.NodeAgentDaemonSet.NAME;
import static dev.wstuning.operator.node.agent.NodeAgentDaemonSet.NAMESPACE;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.Optional;

/** The {@link NodeRules} that judge whether the agent exists and works. */
final class AgentRules {

  static final String NOT_READY = "the pod of the node agent is not ready";

  private AgentRules() {}

  static Optional<Finding> cannotRun(Wishes wishes, TunedNode state) {
    return state
        .agent()
        .flatMap(AgentPod::problem)
        .map(
            problem ->
                Finding.bad(
                    NodeReason.AgentNotRunning,
                    "the node agent does not run: " + problem,
                    "kubectl -n %s describe pod %s"
                        .formatted(NAMESPACE, state.agent().orElseThrow().name())));
  }

  static Optional<Finding> stuck(Wishes wishes, TunedNode state) {
    return state.agentStuck()
        ? Optional.of(
            Finding.bad(
                NodeReason.AgentNotRunning,
                "the node agent does not start: its init container has been running for minutes",
                "kubectl -n %s describe pod %s"
                    .formatted(NAMESPACE, state.agent().orElseThrow().name())))
        : Optional.empty();
  }

  static Optional<Finding> notAppliedYet(Wishes wishes, TunedNode state) {
    if (state.current()) {
      return Optional.empty();
    }
    return Optional.of(
        waiting(
            state.agent().isEmpty()
                ? "the node has no node agent yet"
                : "the node agent has not applied the settings yet"));
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
        : Optional.of(
            Finding.bad(
                NodeReason.AgentNotRunning,
                "the settings are applied, but no agent watches them: " + NOT_READY,
                "kubectl get node %s; kubectl -n %s describe pod %s"
                    .formatted(
                        state.node().name(), NAMESPACE, state.agent().orElseThrow().name())));
  }

  private static Finding waiting(String message) {
    return Finding.unknown(
        NodeReason.Waiting,
        message,
        "wait; if this lasts for minutes, kubectl -n %s describe daemonset %s"
            .formatted(NAMESPACE, NAME));
  }
}
