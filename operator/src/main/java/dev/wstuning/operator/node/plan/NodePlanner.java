package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.Grant;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.selector.LabelSelectors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Calculates what each node must have: the settings of all tunings that select it. If two set the
 * same key, the older wins.
 */
public final class NodePlanner {

  /** The key of a conflict over the maximum of open files. */
  static final String CEILING = "openFiles.maximum";

  private static final Comparator<WebSocketNodeTuning> OLDEST_FIRST =
      Comparator.comparing((WebSocketNodeTuning t) -> t.getMetadata().getCreationTimestamp())
          .thenComparing(t -> t.getMetadata().getName());

  private NodePlanner() {}

  /** The nodes that any readable tuning selects, by name. */
  public static SortedMap<String, PlannedNode> plan(
      Collection<NodeFacts> nodes, Collection<WebSocketNodeTuning> tunings) {
    List<WebSocketNodeTuning> oldestFirst =
        tunings.stream().filter(WebSocketNodeTuning::isReadable).sorted(OLDEST_FIRST).toList();
    SortedMap<String, PlannedNode> plan = new TreeMap<>();
    for (NodeFacts node : nodes) {
      List<WebSocketNodeTuning> selecting =
          oldestFirst.stream().filter(t -> selects(t, node)).toList();
      if (!selecting.isEmpty()) {
        plan.put(node.name(), resolve(node, selecting));
      }
    }
    return plan;
  }

  private static boolean selects(WebSocketNodeTuning tuning, NodeFacts node) {
    return LabelSelectors.matches(tuning.getSpec().nodeSelector(), node.labels())
        && Tolerations.of(tuning.getSpec().tolerationsOrEmpty(), node.taints());
  }

  private static PlannedNode resolve(NodeFacts node, List<WebSocketNodeTuning> oldestFirst) {
    Map<String, WantedSetting> settings = new TreeMap<>();
    Grant grant = null;
    List<NodeConflict> conflicts = new ArrayList<>();
    for (WebSocketNodeTuning tuning : oldestFirst) {
      String name = tuning.getMetadata().getName();
      for (var s : tuning.getSpec().sysctlsOrEmpty()) {
        WantedSetting older =
            settings.putIfAbsent(
                s.name(), new WantedSetting(s.name(), s.value(), s.policyOrDefault(), name));
        if (older != null) {
          conflicts.add(new NodeConflict(s.name(), older.tuning(), name));
        }
      }
      if (tuning.getSpec().openFiles() != null) {
        if (grant == null) {
          grant = new Grant(tuning.getSpec().openFiles().maximum(), name);
        } else {
          conflicts.add(new NodeConflict(CEILING, grant.tuning(), name));
        }
      }
    }
    List<String> names = oldestFirst.stream().map(t -> t.getMetadata().getName()).toList();
    WebSocketNodeStateSpec spec = new WebSocketNodeStateSpec(List.copyOf(settings.values()), grant);
    return new PlannedNode(node, names, spec, conflicts);
  }
}
