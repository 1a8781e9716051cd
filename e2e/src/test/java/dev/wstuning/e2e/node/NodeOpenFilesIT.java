package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node tuning that lets the agent grant open files, and says how many. */
@NeedsTheNode
class NodeOpenFilesIT {

  @RegisterExtension final NodeSysctls sysctls = new NodeSysctls();

  private final Installation cluster = Installation.withOperator();

  @Test
  void theStatusSaysHowManyTheAgentGrants() {
    NodeTunings.tune(cluster, "grants", "openFiles: {maximum: 1500}");

    WebSocketNodeTuningStatus status = NodeTunings.awaitApplied(cluster, "grants");

    assertThat(status.summary().openFiles()).isEqualTo("1500");
    assertThat(status.nodes().serving()).isEqualTo(1);
    assertThat(NodeTunings.nodes(cluster))
        .singleElement()
        .extracting(WebSocketNodeState::getStatus)
        .satisfies(
            s -> {
              Serving serving = s.openFiles();
              assertThat(serving.isServing()).isTrue();
              assertThat(serving.limit()).isEqualTo(1500);
            });
    NodeTunings.awaitNode(cluster, "Ready=True", "Serving=True");
    assertThat(NodeTunings.labelled(cluster)).containsExactly("grants");
  }

  @Test
  void withoutNoneIsAsked() {
    NodeTunings.tune(
        cluster,
        "sysctls",
        "sysctls: [{name: fs.nr_open, value: \"%d\"}]"
            .formatted(sysctls.original(NodeSysctls.NR_OPEN)));

    WebSocketNodeTuningStatus status = NodeTunings.awaitApplied(cluster, "sysctls");

    assertThat(status.summary().openFiles()).isNull();
    assertThat(status.nodes().serving()).isZero();
    NodeTunings.awaitNode(cluster, "Ready=True");
    assertThat(NodeTunings.labelled(cluster)).containsExactly("settings");
  }
}
