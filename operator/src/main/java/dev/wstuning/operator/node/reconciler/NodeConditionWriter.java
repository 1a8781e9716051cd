package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.status.NodeStateConditions;
import dev.wstuning.operator.publish.StatusWrites;
import dev.wstuning.operator.publish.TargetRequests;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes the conditions of each WebSocketNodeState, because an agent that is gone cannot report
 * that. It owns only the conditions, nothing else of the status. A refusal is only logged: it
 * changes nothing on the node, so node tunings do not mention it.
 */
final class NodeConditionWriter {

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("wstuning")
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final TargetRequests requests;
  private final NodeStateConditions conditions;
  private final StatusWrites writes;

  /** By the uid of the object. */
  private final Map<String, Written> written = new HashMap<>();

  /**
   * What was written last.
   *
   * @param over the version of the object that the cache had then
   */
  private record Written(String over, List<Condition> conditions) {

    /** Whether the cache does not have the written conditions yet. */
    boolean awaited(ObjectMeta present) {
      return over.equals(present.getResourceVersion());
    }
  }

  NodeConditionWriter(
      KubernetesClient client,
      TargetRequests requests,
      NodeStateConditions conditions,
      StatusWrites writes) {
    this.client = client;
    this.requests = requests;
    this.conditions = conditions;
    this.writes = writes;
  }

  /** Names the status of a node's object for {@link TargetRequests}. */
  static String target(String node) {
    return NodeStateWriter.target(node) + "/status";
  }

  /** Writes the conditions of all nodes. A refusal for one node does not stop the others. */
  void converge(Collection<TunedNode> states) {
    written
        .keySet()
        .retainAll(
            states.stream()
                .flatMap(s -> s.object().stream())
                .map(o -> o.getMetadata().getUid())
                .collect(Collectors.toSet()));
    states.stream()
        .filter(s -> s.object().isPresent() && !NodeStateWriter.done(s))
        .forEach(s -> converge(s, s.object().get()));
  }

  private void converge(TunedNode state, WebSocketNodeState object) {
    List<Condition> present = present(object);
    List<Condition> wanted = conditions.create(state, present);
    String target = target(state.node().name());
    if (wanted.equals(present)) {
      requests.settled(target);
      return;
    }
    requests.ask(target, words(wanted), () -> apply(object, wanted));
  }

  /**
   * Names the conditions without their times, which differ whenever refused conditions are created
   * again.
   */
  private static List<String> words(List<Condition> conditions) {
    return conditions.stream().map(c -> c.type() + " " + c.status() + " " + c.reason()).toList();
  }

  /** The conditions in the cache, or the written ones if the cache does not have them yet. */
  private List<Condition> present(WebSocketNodeState object) {
    return Optional.ofNullable(written.get(object.getMetadata().getUid()))
        .filter(w -> w.awaited(object.getMetadata()))
        .map(Written::conditions)
        .orElseGet(
            () ->
                Optional.ofNullable(object.getStatus())
                    .map(WebSocketNodeStateStatus::conditionsOrEmpty)
                    .orElse(List.of()));
  }

  private void apply(WebSocketNodeState object, List<Condition> wanted) {
    ObjectMeta metadata = object.getMetadata();
    WebSocketNodeState fresh = new WebSocketNodeState();
    fresh.setMetadata(
        new ObjectMetaBuilder().withName(metadata.getName()).withUid(metadata.getUid()).build());
    fresh.setStatus(WebSocketNodeStateStatus.of(wanted));
    try {
      client.resource(fresh).subresource("status").patch(APPLY);
      writes.written();
      written.put(metadata.getUid(), new Written(metadata.getResourceVersion(), wanted));
    } catch (KubernetesClientException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  /** Whether the object was just deleted, or replaced by another with the same name. */
  private static boolean isGone(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }
}
