package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The conditions of a node that matter to its pods: the operator writes them, and they outlive the
 * agent.
 */
final class NodeConditions {

  /** The agent grants open files. */
  static final String SERVING = "Serving";

  /** The agent tunes pods. */
  static final String SERVING_PODS = "ServingPods";

  private static final Set<String> READ = Set.of(SERVING, SERVING_PODS);

  private NodeConditions() {}

  static List<Condition> read(WebSocketNodeState node) {
    return node.getStatus() == null
        ? List.of()
        : node.getStatus().conditionsOrEmpty().stream()
            .filter(c -> READ.contains(c.type()))
            .toList();
  }

  /** Since when a condition is true. */
  static Optional<Instant> since(WebSocketNodeState node, String type) {
    return read(node).stream()
        .filter(c -> c.type().equals(type) && c.status() == ConditionStatus.True)
        .findFirst()
        .flatMap(c -> time(c.lastTransitionTime()));
  }

  /** The API server takes any text. */
  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
