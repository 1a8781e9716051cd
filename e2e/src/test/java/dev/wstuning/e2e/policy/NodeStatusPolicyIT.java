package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.operator.api.v1alpha1.Condition;
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

/**
 * An agent reports only on its own node, and only the operator writes conditions, even if RBAC
 * allows more.
 */
class NodeStatusPolicyIT {

  private static final String POLICY = "wstuning-node-status";
  private static final String REPORT = "{\"status\": {\"agentVersion\": \"test\"}}";
  private static final String CONDITIONS =
      """
      {"status": {"conditions": [{"type": "Ready", "status": "True", "reason": "Applied",
        "message": "a test.", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
      """;

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
          .until(() -> patchStatus(agent, REPORT).getStatus().agentVersion().equals("test"));
    }
  }

  @Test
  void notThatOfAnother() {
    try (KubernetesClient agent = Cluster.nodeAgent("another-node")) {
      Stage.assertRefused(POLICY, "of its own node, no other", () -> patchStatus(agent, REPORT));
    }
  }

  @Test
  void aTokenThatNamesNoNodeIsNotAnAgents() {
    try (KubernetesClient agent = Cluster.nodeAgent()) {
      Stage.assertRefused(POLICY, "of its own node, no other", () -> patchStatus(agent, REPORT));
    }
  }

  @Test
  void theConditionsAreTheOperators() {
    try (KubernetesClient agent = Cluster.nodeAgent(node)) {
      Stage.assertRefused(
          POLICY, "does not write the conditions", () -> patchStatus(agent, CONDITIONS));
    }
    assertThat(patchStatus(stage.operator, CONDITIONS).getStatus().conditionsOrEmpty())
        .extracting(Condition::message)
        .containsExactly("a test.");
  }

  @Test
  void theReportIsTheAgents() {
    Stage.assertRefused(
        "wstuning-node-conditions",
        "the conditions of a WebSocketNodeState's status, nothing else of it",
        () -> patchStatus(stage.operator, REPORT));
  }

  private static WebSocketNodeState patchStatus(KubernetesClient writer, String patch) {
    present();
    PatchContext dryRun =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withDryRun(List.of("All"))
            .build();
    return writer
        .resources(WebSocketNodeState.class)
        .withName(node)
        .subresource("status")
        .patch(dryRun, patch);
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
