package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.node.agent.AgentKind;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.publish.TargetRequests;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the one label by which nodes get an agent, and removes it when nothing is left for the agent
 * to do.
 */
final class NodeLabelWriter {

  private static final Logger LOG = LoggerFactory.getLogger(NodeLabelWriter.class);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final TargetRequests requests;

  NodeLabelWriter(KubernetesClient client, TargetRequests requests) {
    this.client = client;
    this.requests = requests;
  }

  /** Names a node for {@link TargetRequests}. */
  static String target(String node) {
    return "node/" + node;
  }

  /**
   * A refusal for one node does not stop the others.
   *
   * @param nodes all nodes of the cluster: one that was tuned may still have the label
   */
  void converge(Collection<TunedNode> nodes) {
    nodes.forEach(this::converge);
  }

  private void converge(TunedNode state) {
    String node = state.node().name();
    String wanted = state.object().map(AgentKind::of).map(AgentKind::value).orElse("");
    String present = state.node().labels().getOrDefault(AgentKind.NODE_LABEL, "");
    if (wanted.equals(present)) {
      requests.settled(target(node));
      return;
    }
    requests.ask(target(node), wanted, () -> patch(node, wanted));
  }

  private void patch(String node, String value) {
    String label = value.isEmpty() ? "null" : "\"%s\"".formatted(value);
    try {
      // Without an object, the client would read the node first.
      client
          .resource(new NodeBuilder().withNewMetadata().withName(node).endMetadata().build())
          .patch(
              MERGE,
              "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(AgentKind.NODE_LABEL, label));
      LOG.info("msg=\"node labelled for its agent\" node={} agent=\"{}\"", node, value);
    } catch (KubernetesClientException e) {
      // The node has just left.
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }
}
