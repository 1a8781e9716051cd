package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.Optional;

/** The {@link NodeRules} that judge the agent's report on open files. */
final class GrantRules {

  private GrantRules() {}

  static Optional<Finding> notServing(Wishes wishes, TunedNode state) {
    Optional<Serving> serving = wishes.told(state);
    if (!wishes.grants(state) || serving.filter(Serving::isServing).isPresent()) {
      return Optional.empty();
    }
    String why =
        serving.map(Serving::message).orElse("it has not connected to the container runtime yet");
    return Optional.of(
        Finding.bad(
            NodeReason.NotServing,
            "the node agent cannot grant open files: " + why,
            "enable NRI in the node's container runtime, or remove spec.openFiles; if NRI is"
                + " enabled, see the log of the node agent"));
  }

  /** The node has what the tuning wants; the containers that failed are in question. */
  static Optional<Finding> startedWithout(Wishes wishes, TunedNode state) {
    return wishes
        .told(state)
        .filter(s -> s.failedStarts() != null && s.failedStarts() > 0)
        .map(
            s ->
                Finding.good(
                    NodeReason.StartedWithoutGrant,
                    ("%d containers started without the granted open files since the node agent"
                            + " started, because two attempts with them failed")
                        .formatted(s.failedStarts()),
                    "look at the events of the node's pods and at the log of the node agent; a"
                        + " lower openFiles.maximum may help"));
  }
}
