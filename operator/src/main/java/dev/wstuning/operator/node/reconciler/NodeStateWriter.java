package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.node.agent.AgentKind;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.PlannedNode;
import dev.wstuning.operator.node.plan.StateMetadata;
import dev.wstuning.operator.publish.TargetRequests;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what agents must do: one WebSocketNodeState for each node that is or was tuned. */
final class NodeStateWriter {

  private static final Logger LOG = LoggerFactory.getLogger(NodeStateWriter.class);

  /** What a deletion requests. */
  private static final String GONE = "gone";

  private final KubernetesClient client;
  private final TargetRequests requests;
  private final Predicate<String> hasTunedPods;

  /**
   * @param hasTunedPods whether pods run on a node that its agent tuned
   */
  NodeStateWriter(
      KubernetesClient client, TargetRequests requests, Predicate<String> hasTunedPods) {
    this.client = client;
    this.requests = requests;
    this.hasTunedPods = hasTunedPods;
  }

  /**
   * Makes the object of every node what it must be. A refusal for one does not stop the others.
   *
   * @param orphans objects of nodes that are gone
   */
  void converge(Collection<TunedNode> states, Collection<WebSocketNodeState> orphans) {
    states.forEach(this::converge);
    orphans.forEach(this::delete);
  }

  /** Names the object of a node for {@link TargetRequests}. */
  static String target(String node) {
    return "websocketnodestate/" + node;
  }

  /**
   * Does nothing if the object is already what it must be. The report on pods goes with it, and
   * without that report, pods that the agent tuned would look untuned.
   */
  private void converge(TunedNode state) {
    Optional<PlannedNode> planned = state.planned().filter(PlannedNode::gives);
    if (planned.isPresent()) {
      apply(state, planned.get().spec(), StateMetadata.annotations(planned.get().given()));
    } else if (done(state) && !hasTunedPods.test(state.node().name())) {
      delete(state.object().orElseThrow());
    } else {
      state
          .object()
          .ifPresent(o -> apply(state, PlannedNode.NOTHING, StateMetadata.annotationsToRestore(o)));
    }
  }

  /** Whether no tuning gives the node anything, and all originals are restored. */
  static boolean done(TunedNode state) {
    return state.planned().filter(PlannedNode::gives).isEmpty()
        && state
            .object()
            .filter(o -> restored(o, state.agents().stream().noneMatch(AgentPod::runs)))
            .isPresent();
  }

  /**
   * Whether the agent has nothing left to do. It says so for the present orders, or it never said
   * anything and does not run. The status of a newer agent may have originals that this version
   * cannot read.
   */
  private static boolean restored(WebSocketNodeState object, boolean withoutAgent) {
    if (!object.isStatusReadable() || !PlannedNode.isNothing(object.getSpec())) {
      return false;
    }
    WebSocketNodeStateStatus status = object.getStatus();
    if (status == null || status.observedGeneration() == null) {
      return withoutAgent;
    }
    return status.observedGeneration().equals(object.getMetadata().getGeneration())
        && status.settingsOrEmpty().isEmpty()
        && !AgentKind.hasGranted(status);
  }

  private void apply(
      TunedNode state, WebSocketNodeStateSpec spec, Map<String, String> annotations) {
    String node = state.node().name();
    OwnerReference owner = owner(state.node());
    if (state.object().filter(o -> has(o, spec, annotations, owner)).isPresent()) {
      // What was refused for a node that waits for its turn is tried again when that pause is over.
      if (state.planned().filter(p -> !p.awaiting().isEmpty()).isEmpty()) {
        requests.settled(target(node));
      }
      return;
    }
    requests.ask(target(node), spec, () -> apply(node, spec, annotations, owner));
  }

  private void apply(
      String node,
      WebSocketNodeStateSpec spec,
      Map<String, String> annotations,
      OwnerReference owner) {
    WebSocketNodeState wanted = new WebSocketNodeState();
    wanted.setMetadata(
        new ObjectMetaBuilder()
            .withName(node)
            .withLabels(StateMetadata.LABELS)
            .withAnnotations(annotations)
            .withOwnerReferences(owner)
            .build());
    wanted.setSpec(spec);
    client.resource(wanted).fieldManager("wstuning").forceConflicts().serverSideApply();
    LOG.info(
        "msg=\"settings passed to the node agent\" node={} sysctls={} openFiles={}",
        node,
        spec.sysctlsOrEmpty().size(),
        spec.openFiles() != null);
  }

  private static boolean has(
      WebSocketNodeState present,
      WebSocketNodeStateSpec spec,
      Map<String, String> annotations,
      OwnerReference owner) {
    boolean nothing = PlannedNode.isNothing(present.getSpec()) && PlannedNode.isNothing(spec);
    ObjectMeta have = present.getMetadata();
    return (nothing || spec.equals(present.getSpec()))
        && have.getOwnerReferences().contains(owner)
        && have.getAnnotations().entrySet().containsAll(annotations.entrySet());
  }

  /** The object is garbage-collected together with the node, even without the operator. */
  private static OwnerReference owner(NodeFacts node) {
    return new OwnerReferenceBuilder()
        .withApiVersion("v1")
        .withKind("Node")
        .withName(node.name())
        .withUid(node.uid())
        .build();
  }

  private void delete(WebSocketNodeState object) {
    requests.ask(target(object.getMetadata().getName()), GONE, () -> deleteUnchanged(object));
  }

  /** Deletes an object, unless its agent just wrote to it. */
  private void deleteUnchanged(WebSocketNodeState object) {
    try {
      client
          .resource(object)
          .lockResourceVersion(object.getMetadata().getResourceVersion())
          .delete();
      LOG.info("msg=\"node restored\" node={}", object.getMetadata().getName());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }
}
