package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.plan.NodeFacts;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.List;
import java.util.stream.Stream;

/** The part of the cluster that {@link NodeFleet} sees, and the way to wake node tunings. */
interface NodeFleetView {

  /** Whether the caches are filled, which they are once the operator has started. */
  boolean filled();

  List<WebSocketNodeTuning> tunings();

  List<NodeFacts> nodes();

  /** The objects of all nodes that are or were tuned. */
  Stream<WebSocketNodeState> objects();

  /** Those of the node agent. */
  List<DaemonSet> daemonSets();

  Stream<AgentPod> agents();

  /** Whether pods run on the node that its agent tuned: only its report says so. */
  boolean hasTunedPods(String node);

  /** Grows with everything that changes in this part. */
  long changes();

  /** Has every node tuning reconciled, because the settings of one affect the others. */
  void requestAll();

  /** Has those node tunings reconciled that have no status yet. */
  void requestUnanswered();
}
