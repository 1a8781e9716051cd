package dev.wstuning.e2e.policy;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent tells of its own node, whatever else its account may write. */
class NodeStatusPolicyIT {

  private static final String POLICY = "wstuning-node-status";

  private static Stage stage;
  private static String node;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    node = stage.namespace;
  }

  @AfterAll
  static void close() {
    stage.admin.resources(WebSocketNodeState.class).withName(node).delete();
    stage.close();
  }

  @Test
  void itWritesTheStatusOfItsOwnNode() {
    try (KubernetesClient agent = Cluster.nodeAgent(node)) {
      Awaitility.await("a status that is accepted")
          .ignoreException(KubernetesClientException.class)
          .until(() -> patchStatus(agent).getStatus().agent().equals("test"));
    }
  }

  @Test
  void notThatOfAnother() {
    try (KubernetesClient agent = Cluster.nodeAgent("another-node")) {
      Stage.assertRefused(POLICY, "of its own node, no other", () -> patchStatus(agent));
    }
  }

  @Test
  void aTokenThatNamesNoNodeIsNotAnAgents() {
    try (KubernetesClient agent = Cluster.nodeAgent()) {
      Stage.assertRefused(POLICY, "of its own node, no other", () -> patchStatus(agent));
    }
  }

  private static WebSocketNodeState patchStatus(KubernetesClient agent) {
    present();
    PatchContext dryRun =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withDryRun(List.of("All"))
            .build();
    return agent
        .resources(WebSocketNodeState.class)
        .withName(node)
        .subresource("status")
        .patch(dryRun, "{\"status\": {\"agent\": \"test\"}}");
  }

  /** An operator that runs here deletes it now and then: there is no such node. */
  private static void present() {
    if (stage.admin.resources(WebSocketNodeState.class).withName(node).get() == null) {
      WebSocketNodeState object = new WebSocketNodeState();
      object.setMetadata(new ObjectMetaBuilder().withName(node).build());
      stage.admin.resource(object).create();
    }
  }
}
