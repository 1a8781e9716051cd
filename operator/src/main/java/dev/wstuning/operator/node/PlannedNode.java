package dev.wstuning.operator.node;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeSpec;
import java.util.List;

/**
 * What one node shall have.
 *
 * @param tunings those that select it, the oldest first
 */
public record PlannedNode(
    NodeFacts node, List<String> tunings, WebSocketNodeSpec spec, List<Conflict> conflicts) {}
