package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What one node must have.
 *
 * @param tunings the tunings that select it, the oldest first
 * @param given those that give it something now, with which settings it is
 * @param awaiting those whose newest settings it gets when its turn comes
 */
public record PlannedNode(
    NodeFacts node,
    List<String> tunings,
    Map<String, Mark> given,
    Set<String> awaiting,
    WebSocketNodeStateSpec spec,
    List<NodeConflict> conflicts) {

  /** Orders of a node that must be restored. */
  public static final WebSocketNodeStateSpec NOTHING =
      new WebSocketNodeStateSpec(List.of(), null, null);

  /** The current orders of the node, which stay while one of its tunings is unreadable. */
  public static PlannedNode asItIs(NodeFacts node, WebSocketNodeState told) {
    List<String> tunings = StateMetadata.had(told);
    Map<String, Mark> marks = StateMetadata.marks(told);
    Map<String, Mark> given = new LinkedHashMap<>();
    tunings.forEach(t -> given.put(t, marks.getOrDefault(t, Mark.outside(Settings.none()))));
    return new PlannedNode(node, tunings, given, Set.of(), specOf(told), List.of());
  }

  /** The same with that time between reports of counts. */
  public PlannedNode countingEvery(int seconds) {
    return new PlannedNode(node, tunings, given, awaiting, spec.countingEvery(seconds), conflicts);
  }

  /** Whether any tuning gives it something: only then it needs an object. */
  public boolean gives() {
    return !given.isEmpty();
  }

  /** What an object orders. */
  public static WebSocketNodeStateSpec specOf(WebSocketNodeState told) {
    return Objects.requireNonNullElse(told.getSpec(), NOTHING);
  }

  /** Whether this orders nothing, so that the agent restores everything. */
  public static boolean isNothing(WebSocketNodeStateSpec spec) {
    return spec == null
        || (spec.sysctlsOrEmpty().isEmpty() && spec.openFiles() == null && spec.pods() == null);
  }
}
