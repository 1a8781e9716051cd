package dev.wstuning.e2e.node;

import static dev.wstuning.e2e.node.NodeSysctls.BACKLOG;
import static dev.wstuning.e2e.node.NodeSysctls.NR_OPEN;
import static dev.wstuning.e2e.node.NodeSysctls.ORPHANS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ObservedSetting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Settings of a node are applied and shown, and restored when their resource is deleted. */
@NeedsTheNode
class NodeSettingsIT {

  @RegisterExtension final NodeSysctls sysctls = new NodeSysctls();

  private final Installation cluster = Installation.withOperator();

  @Test
  void theyAreAppliedShownAndRestored() {
    long backlog = sysctls.original(BACKLOG) + 1000;
    long orphans = sysctls.original(ORPHANS) + 4096;
    NodeTunings.tune(
        cluster,
        "big",
        """
        sysctls:
        - {name: %s, value: "%d"}
        - {name: %s, value: "%d"}
        - {name: %s, value: "%d"}
        """
            .formatted(BACKLOG, backlog, ORPHANS, orphans, NR_OPEN, sysctls.original(NR_OPEN)));

    WebSocketNodeTuningStatus status = NodeTunings.awaitApplied(cluster, "big");

    assertThat(NodeSysctls.read(BACKLOG)).isEqualTo(String.valueOf(backlog));
    assertThat(NodeSysctls.read(ORPHANS)).isEqualTo(String.valueOf(orphans));
    assertThat(NodeSysctls.read(NR_OPEN)).isEqualTo(String.valueOf(sysctls.original(NR_OPEN)));
    assertThat(status.summary().nodes()).isEqualTo("1/1");
    assertThat(NodeTunings.setting(status, BACKLOG))
        .isEqualTo(
            new ObservedSetting(
                BACKLOG,
                String.valueOf(backlog),
                String.valueOf(sysctls.original(BACKLOG)),
                String.valueOf(backlog),
                null,
                null));

    NodeTunings.delete(cluster, "big");

    NodeSysctls.await(BACKLOG, sysctls.original(BACKLOG));
    NodeSysctls.await(ORPHANS, sysctls.original(ORPHANS));
    NodeTunings.awaitGone(cluster);
  }

  @Test
  void aChangeIsAppliedAndAKeyThatIsRemovedIsRestored() {
    long backlog = sysctls.original(BACKLOG) + 1000;
    NodeTunings.tune(
        cluster,
        "big",
        """
        sysctls:
        - {name: %s, value: "%d"}
        - {name: %s, value: "%d"}
        """
            .formatted(BACKLOG, backlog, ORPHANS, sysctls.original(ORPHANS) + 1));
    NodeTunings.awaitApplied(cluster, "big");

    NodeTunings.tune(
        cluster,
        "big",
        """
        sysctls:
        - {name: %s, value: "%d"}
        """
            .formatted(BACKLOG, backlog + 1));

    NodeSysctls.await(BACKLOG, backlog + 1);
    NodeSysctls.await(ORPHANS, sysctls.original(ORPHANS));
    assertThat(NodeTunings.setting(NodeTunings.awaitApplied(cluster, "big"), BACKLOG).original())
        .isEqualTo(String.valueOf(sysctls.original(BACKLOG)));
  }

  @Test
  void atLeastNeverLowersAndExactlyDoes() {
    NodeTunings.tune(
        cluster,
        "small",
        """
        sysctls:
        - {name: %s, value: "%d"}
        - {name: %s, value: "%d", policy: Exactly}
        """
            .formatted(
                BACKLOG, sysctls.original(BACKLOG) - 1, ORPHANS, sysctls.original(ORPHANS) - 1));

    WebSocketNodeTuningStatus status = NodeTunings.awaitApplied(cluster, "small");

    assertThat(NodeSysctls.read(BACKLOG)).isEqualTo(String.valueOf(sysctls.original(BACKLOG)));
    assertThat(NodeSysctls.read(ORPHANS)).isEqualTo(String.valueOf(sysctls.original(ORPHANS) - 1));
    assertThat(NodeTunings.setting(status, BACKLOG).value())
        .isEqualTo(String.valueOf(sysctls.original(BACKLOG)));
  }

  @Test
  void aValueThatSomebodyChangedSinceIsLeftToThem() {
    long backlog = sysctls.original(BACKLOG) + 1000;
    NodeTunings.tune(
        cluster, "big", "sysctls: [{name: %s, value: \"%d\"}]".formatted(BACKLOG, backlog));
    NodeTunings.awaitApplied(cluster, "big");

    // More than the wanted value is no drift.
    NodeSysctls.write(BACKLOG, backlog + 5);
    NodeTunings.delete(cluster, "big");
    NodeTunings.awaitGone(cluster);

    assertThat(NodeSysctls.read(BACKLOG)).isEqualTo(String.valueOf(backlog + 5));
  }
}
