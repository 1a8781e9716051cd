package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.TuningsAnnotation;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what agents must do: one WebSocketNodeState per node that is or was tuned. */
final class NodeStateWriter {

  private static final Logger LOG = LoggerFactory.getLogger(NodeStateWriter.class);
  private static final WebSocketNodeStateSpec NOTHING = new WebSocketNodeStateSpec(List.of(), null);

  /** What a deletion requests. */
  private static final String GONE = "gone";

  private final KubernetesClient client;
  private final TargetRequests requests;

  NodeStateWriter(KubernetesClient client, TargetRequests requests) {
    this.client = client;
    this.requests = requests;
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

  /** Does nothing if the object is already what it must be. */
  private void converge(TunedNode state) {
    if (state.planned().isPresent()) {
      apply(
          state,
          state.planned().get().spec(),
          TuningsAnnotation.annotations(state.planned().get().tunings()));
      return;
    }
    WebSocketNodeState present = state.object().orElseThrow();
    if (done(state)) {
      delete(present);
    } else {
      apply(state, NOTHING, TuningsAnnotation.annotations(present));
    }
  }

  /** Whether no tuning wants anything of the node, and all originals are restored. */
  static boolean done(TunedNode state) {
    return state.planned().isEmpty()
        && state.object().filter(NodeStateWriter::restored).isPresent();
  }

  /**
   * Whether the agent reports no originals. It reports an original before it writes, so nothing is
   * left to restore then. The status of a newer agent may have originals that this version cannot
   * read.
   */
  private static boolean restored(WebSocketNodeState object) {
    return object.isStatusReadable()
        && isNothing(object.getSpec())
        && (object.getStatus() == null || object.getStatus().settingsOrEmpty().isEmpty());
  }

  private static boolean isNothing(WebSocketNodeStateSpec spec) {
    return spec == null || (spec.sysctlsOrEmpty().isEmpty() && spec.openFiles() == null);
  }

  private void apply(
      TunedNode state, WebSocketNodeStateSpec spec, Map<String, String> annotations) {
    WebSocketNodeState wanted = new WebSocketNodeState();
    wanted.setMetadata(
        new ObjectMetaBuilder()
            .withName(state.node().name())
            .withLabels(TuningsAnnotation.LABELS)
            .withAnnotations(annotations)
            .withOwnerReferences(owner(state.node()))
            .build());
    wanted.setSpec(spec);
    String target = target(state.node().name());
    if (state.object().filter(present -> equal(present, wanted)).isPresent()) {
      requests.settled(target);
      return;
    }
    requests.ask(target, spec, () -> apply(wanted));
  }

  private void apply(WebSocketNodeState wanted) {
    client.resource(wanted).fieldManager("wstuning").forceConflicts().serverSideApply();
    LOG.info(
        "msg=\"settings passed to the node agent\" node={} sysctls={} openFiles={}",
        wanted.getMetadata().getName(),
        wanted.getSpec().sysctlsOrEmpty().size(),
        wanted.getSpec().openFiles() != null);
  }

  private static boolean equal(WebSocketNodeState present, WebSocketNodeState wanted) {
    boolean nothing = isNothing(present.getSpec()) && isNothing(wanted.getSpec());
    ObjectMeta have = present.getMetadata();
    ObjectMeta want = wanted.getMetadata();
    return (nothing || wanted.getSpec().equals(present.getSpec()))
        && have.getOwnerReferences().containsAll(want.getOwnerReferences())
        && have.getAnnotations().entrySet().containsAll(want.getAnnotations().entrySet());
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
