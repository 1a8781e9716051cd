package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.plan.NodeFacts;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@link NodeFleet} knows of the cluster, and how it wakes node tunings. */
interface NodeFleetView {

  /** Whether it is filled: it is once the operator has started. */
  boolean filled();

  List<WebSocketNodeTuning> tunings();

  List<NodeFacts> nodes();

  /** What agents must do and report, of all nodes that are or were tuned. */
  Stream<WebSocketNodeState> objects();

  Optional<DaemonSet> daemonSet();

  Stream<AgentPod> agents();

  /** Has every node tuning reconciled: what one of them sets concerns the others. */
  void requestAll();

  /** Has those node tunings reconciled that have no status yet. */
  void requestUnanswered();
}
