package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import java.util.List;
import java.util.Objects;

/**
 * What one node must have.
 *
 * @param tunings the tunings that select it, the oldest first
 */
public record PlannedNode(
    NodeFacts node,
    List<String> tunings,
    WebSocketNodeStateSpec spec,
    List<NodeConflict> conflicts) {

  /** The current orders of the node, which stay while one of its tunings is unreadable. */
  public static PlannedNode asItIs(NodeFacts node, WebSocketNodeState told) {
    return new PlannedNode(
        node,
        TuningsAnnotation.had(told),
        Objects.requireNonNullElseGet(
            told.getSpec(), () -> new WebSocketNodeStateSpec(List.of(), null)),
        List.of());
  }
}
