package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.Grant;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.PodTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.selector.LabelSelectors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Calculates what a node must have: the settings of all tunings that select it. If two set the same
 * key, the older wins.
 */
public final class NodePlanner {

  /** The key of a conflict over the maximum of open files. */
  static final String CEILING = "openFiles.maximum";

  private static final Comparator<WebSocketNodeTuning> OLDEST_FIRST =
      Comparator.comparing((WebSocketNodeTuning t) -> t.getMetadata().getCreationTimestamp())
          .thenComparing(t -> t.getMetadata().getName());

  private NodePlanner() {}

  /** The tunings that this version can read, in the order in which they win. */
  public static List<WebSocketNodeTuning> oldestFirst(Collection<WebSocketNodeTuning> tunings) {
    return tunings.stream().filter(WebSocketNodeTuning::isReadable).sorted(OLDEST_FIRST).toList();
  }

  /**
   * Whether a tuning selects a node. A taint that comes to a node which the tuning has tuned
   * already does not undo that under running pods.
   *
   * @param object the orders of the node so far
   */
  public static boolean selects(
      WebSocketNodeTuning tuning, NodeFacts node, Optional<WebSocketNodeState> object) {
    return LabelSelectors.matches(tuning.getSpec().nodeSelector(), node.labels())
        && (Tolerations.of(tuning.getSpec().tolerationsOrEmpty(), node.taints())
            || object
                .filter(o -> StateMetadata.had(o).contains(tuning.getMetadata().getName()))
                .isPresent());
  }

  /**
   * @param oldestFirst what each tuning that selects the node gives it
   */
  public static PlannedNode resolve(NodeFacts node, List<Share> oldestFirst) {
    Map<String, WantedSetting> settings = new TreeMap<>();
    Grant grant = null;
    PodTuning pods = null;
    List<NodeConflict> conflicts = new ArrayList<>();
    Map<String, Mark> given = new LinkedHashMap<>();
    Set<String> awaiting = new HashSet<>();
    for (Share share : oldestFirst) {
      String name = share.tuning();
      if (share.awaits()) {
        awaiting.add(name);
      }
      if (share.given().isEmpty()) {
        continue;
      }
      given.put(name, share.given().get().mark());
      Settings own = share.given().get().settings();
      own.sysctls()
          .forEach(
              (key, value) -> {
                WantedSetting older =
                    settings.putIfAbsent(
                        key, new WantedSetting(key, value.value(), value.policy(), name));
                if (older != null) {
                  conflicts.add(new NodeConflict(key, older.tuning(), name));
                }
              });
      if (own.maximum().isPresent()) {
        if (grant == null) {
          grant = new Grant(own.maximum().get(), name);
        } else {
          conflicts.add(new NodeConflict(CEILING, grant.tuning(), name));
        }
      }
      if (own.pods() && pods == null) {
        pods = new PodTuning(name, null);
      }
    }
    List<String> names = oldestFirst.stream().map(Share::tuning).toList();
    WebSocketNodeStateSpec spec =
        new WebSocketNodeStateSpec(List.copyOf(settings.values()), grant, pods);
    return new PlannedNode(node, names, given, awaiting, spec, conflicts);
  }
}
