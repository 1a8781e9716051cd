package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator changes one label of a node, even if RBAC allows it to patch all of it. */
class NodeLabelPolicyIT {

  private static final String POLICY = "wstuning-node-labels";

  private static Stage stage;
  private static String node;

  /** A node that no kubelet serves. */
  @BeforeAll
  static void open() {
    stage = Stage.open();
    node = stage.namespace;
    stage.create(
        new NodeBuilder()
            .withNewMetadata()
            .withName(node)
            .addToLabels("pool", "a")
            .addToAnnotations("note", "a")
            .endMetadata()
            .withNewSpec()
            .addNewTaint("NoSchedule", "wstuning.dev/test", null, null)
            .endSpec()
            .build());
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"settings\"", "\"grants\"", "null"})
  void itSetsAndRemovesTheLabel(String value) {
    Awaitility.await("a patch that is accepted")
        .ignoreException(KubernetesClientException.class)
        .until(
            () -> patch(stage.operator, labels("wstuning.dev/agent", value)).getMetadata() != null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"metadata\": {\"labels\": {\"pool\": \"b\"}}}             | no other",
        "{\"metadata\": {\"labels\": {\"pool\": null}}}              | no other",
        "{\"metadata\": {\"labels\": {\"node-role.kubernetes.io/x\": \"\"}}} | no other",
        "{\"metadata\": {\"labels\": {\"wstuning.dev/agent\": \"all\"}}} | is settings or grants",
        "{\"metadata\": {\"annotations\": {\"note\": \"b\"}}}        | changes no annotations",
        "{\"metadata\": {\"annotations\": null}}                   | changes no annotations",
        "{\"metadata\": {\"finalizers\": [\"wstuning.dev/x\"]}}      | changes no annotations",
        "{\"spec\": {\"taints\": null}}                            | neither the spec",
        "{\"spec\": {\"unschedulable\": true}}                     | neither the spec"
      })
  void itChangesNothingElse(String patch, String message) {
    Stage.assertRefused(POLICY, message, () -> patch(stage.operator, patch));
  }

  @Test
  void othersAreNotLimited() {
    assertThat(patch(stage.admin, labels("pool", "\"b\"")).getMetadata().getLabels())
        .containsEntry("pool", "b");
  }

  private static String labels(String key, String value) {
    return "{\"metadata\": {\"labels\": {\"%s\": %s}}}".formatted(key, value);
  }

  private static Node patch(KubernetesClient writer, String patch) {
    PatchContext dryRun =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withDryRun(List.of("All"))
            .build();
    return writer.nodes().withName(node).patch(dryRun, patch);
  }
}
