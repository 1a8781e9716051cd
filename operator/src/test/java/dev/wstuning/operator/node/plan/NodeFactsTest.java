package dev.wstuning.operator.node.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import org.junit.jupiter.api.Test;

/** What is read of a node. */
class NodeFactsTest {

  @Test
  void aNodeWorksIfItIsReadyAndKubernetesDoesNotTaintItAsDown() {
    assertThat(NodeFacts.of(node("True").build()).works()).isTrue();
    assertThat(NodeFacts.of(node("False").build()).works()).isFalse();
    assertThat(NodeFacts.of(node("Unknown").build()).works()).isFalse();
    assertThat(NodeFacts.of(tainted("node.kubernetes.io/unreachable")).works()).isFalse();
    assertThat(NodeFacts.of(tainted("node.kubernetes.io/unschedulable")).works()).isTrue();
    assertThat(NodeFacts.of(tainted(null)).works()).isTrue();
    assertThat(NodeFacts.of(new NodeBuilder().withNewMetadata().endMetadata().build()).works())
        .isFalse();
  }

  @Test
  void theTrimmedNodeReadsTheSame() {
    for (String ready : new String[] {"True", "False"}) {
      Node node = node(ready).build();

      assertThat(NodeFacts.of(NodeFacts.trim(node))).isEqualTo(NodeFacts.of(node));
      assertThat(NodeFacts.trim(node).getStatus().getImages()).isEmpty();
    }
  }

  private static Node tainted(String key) {
    return node("True").editSpec().addNewTaint("NoExecute", key, null, null).endSpec().build();
  }

  private static NodeBuilder node(String ready) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("n1")
        .withUid("u")
        .withCreationTimestamp("2026-01-01T00:00:00Z")
        .addToLabels("pool", "a")
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("MemoryPressure")
        .withStatus("False")
        .endCondition()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready)
        .endCondition()
        .addNewImage()
        .withNames("i")
        .endImage()
        .withNewNodeInfo()
        .withBootID("boot")
        .endNodeInfo()
        .endStatus();
  }
}
