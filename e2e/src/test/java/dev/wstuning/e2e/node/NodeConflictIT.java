package dev.wstuning.e2e.node;

import static dev.wstuning.e2e.node.NodeSysctls.BACKLOG;
import static dev.wstuning.e2e.node.NodeSysctls.ORPHANS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two node tunings that set one key on one node: the older has it, the newer takes over. */
@NeedsTheNode
class NodeConflictIT {

  @RegisterExtension final NodeSysctls sysctls = new NodeSysctls();

  private final Installation cluster = Installation.withOperator();

  @Test
  void theOlderWinsUntilItIsDeleted() {
    long older = sysctls.original(BACKLOG) + 1000;
    long newer = sysctls.original(BACKLOG) + 2000;
    long orphans = sysctls.original(ORPHANS) + 1;
    NodeTunings.tune(
        cluster, "zebra", "sysctls: [{name: %s, value: \"%d\"}]".formatted(BACKLOG, older));
    NodeTunings.awaitApplied(cluster, "zebra");
    // Creation times are whole seconds. If two are equal, the name decides.
    Installation.pause(Duration.ofMillis(1100));
    NodeTunings.tune(
        cluster,
        "ape",
        """
        sysctls:
        - {name: %s, value: "%d"}
        - {name: %s, value: "%d"}
        """
            .formatted(BACKLOG, newer, ORPHANS, orphans));

    Condition lost = NodeTunings.awaitReady(cluster, "ape", "False", "Conflicted");

    assertThat(lost.message()).contains("zebra (%s)".formatted(BACKLOG));
    // It keeps the keys that no other tuning sets.
    NodeSysctls.await(ORPHANS, orphans);
    NodeTunings.awaitApplied(cluster, "zebra");
    assertThat(NodeSysctls.read(BACKLOG)).isEqualTo(String.valueOf(older));
    Condition won =
        NodeTunings.condition(NodeTunings.get(cluster, "zebra").getStatus(), "Accepted")
            .orElseThrow();
    assertThat(won.status()).isEqualTo(ConditionStatus.True);
    assertThat(won.reason()).isEqualTo("Conflicted");
    assertThat(won.message()).contains("ape (%s)".formatted(BACKLOG));

    NodeTunings.delete(cluster, "zebra");

    NodeSysctls.await(BACKLOG, newer);
    NodeTunings.awaitApplied(cluster, "ape");
    NodeTunings.delete(cluster, "ape");
    NodeSysctls.await(BACKLOG, sysctls.original(BACKLOG));
  }
}
