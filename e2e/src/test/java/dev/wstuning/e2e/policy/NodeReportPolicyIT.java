package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent reports on the pods of its own node, and its report keeps nothing alive. */
class NodeReportPolicyIT {

  private static final String POLICY = "wstuning-node-reports";
  private static final String AGENT = "system:serviceaccount:wstuning-nodes:wstuning-node-agent";
  private static final String OPERATOR = "system:serviceaccount:wstuning-system:wstuning-operator";
  private static final Consumer<ObjectMeta> AS_IT_IS = metadata -> {};

  private static Stage stage;
  private static String node;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    node = stage.namespace;
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void itWritesTheReportOfItsOwnNode() {
    try (KubernetesClient agent = Cluster.nodeAgent(node)) {
      Awaitility.await("a report that is accepted")
          .ignoreException(KubernetesClientException.class)
          .until(() -> create(agent, AS_IT_IS).getMetadata().getUid() != null);
    }
  }

  @Test
  void notThatOfAnother() {
    try (KubernetesClient agent = Cluster.nodeAgent("another-node")) {
      Stage.assertRefused(POLICY, "of its own node, no other", () -> create(agent, AS_IT_IS));
    }
  }

  @Test
  void aTokenThatNamesNoNodeIsNotAnAgents() {
    try (KubernetesClient agent = Cluster.nodeAgent()) {
      Stage.assertRefused(POLICY, "of its own node, no other", () -> create(agent, AS_IT_IS));
    }
  }

  @Test
  void itBelongsToTheStateOfThatNode() {
    refuse("belongs to the WebSocketNodeState", m -> m.setOwnerReferences(List.of()));
    refuse(
        "belongs to the WebSocketNodeState", m -> m.getOwnerReferences().get(0).setName("another"));
    refuse(
        "belongs to the WebSocketNodeState",
        m -> m.getOwnerReferences().get(0).setBlockOwnerDeletion(true));
  }

  @Test
  void nothingElseIsInItsMetadata() {
    refuse("no labels, annotations or finalizers", m -> m.setLabels(Map.of("a", "b")));
    refuse("no labels, annotations or finalizers", m -> m.setAnnotations(Map.of("a", "b")));
    refuse("no labels, annotations or finalizers", m -> m.setFinalizers(List.of("a.example/b")));
  }

  private static void refuse(String message, Consumer<ObjectMeta> change) {
    try (KubernetesClient agent = Cluster.nodeAgent(node)) {
      Stage.assertRefused(POLICY, message, () -> create(agent, change));
    }
  }

  @Test
  void itIsTheAgentsAlone() {
    assertThat(may("patch", AGENT)).isTrue();
    assertThat(may("delete", AGENT)).isFalse();
    assertThat(may("patch", OPERATOR)).isFalse();
    assertThat(may("watch", OPERATOR)).isTrue();
  }

  private static boolean may(String verb, String user) {
    return stage.may(user, "", verb, "wstuning.dev", "websocketnodereports", "", "");
  }

  private static WebSocketNodeReport create(KubernetesClient writer, Consumer<ObjectMeta> change) {
    WebSocketNodeReport report = new WebSocketNodeReport();
    report.setMetadata(
        new ObjectMetaBuilder()
            .withName(node)
            .addNewOwnerReference()
            .withApiVersion("wstuning.dev/v1alpha1")
            .withKind("WebSocketNodeState")
            .withName(node)
            .withUid("0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55")
            .endOwnerReference()
            .build());
    change.accept(report.getMetadata());
    return writer.resource(report).dryRun().create();
  }
}
