package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.operator.api.v1alpha1.Condition;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changed settings reach the second node only if the first one is well with them. */
@NeedsTheModernNode
class ModernNodeWavesIT {

  private static final String TUNING = "both";

  @RegisterExtension final NodeSysctls sysctls = new NodeSysctls();

  private final Installation cluster = Installation.withOperator();

  @AfterEach
  void startKubelet() {
    ModernNode.HOST.run("systemctl", "start", "kubelet");
    ModernNode.join();
  }

  /** The modern node comes first, because its name does. */
  @Test
  void aFirstNodeThatIsLostKeepsTheOtherFromThem() {
    long original = sysctls.original(NodeSysctls.BACKLOG);
    String originalThere = ModernNode.HOST.sysctl(NodeSysctls.BACKLOG);
    long wanted = original + 1000;
    NodeTunings.tune(
        cluster,
        TUNING,
        "sysctls: [{name: %s, value: \"%d\"}]".formatted(NodeSysctls.BACKLOG, wanted));
    awaitOnModernNode(String.valueOf(wanted));
    ModernNode.HOST.run("systemctl", "stop", "kubelet");

    Condition stopped = NodeTunings.awaitReady(cluster, TUNING, "False", "RolloutStopped");
    assertThat(stopped.message())
        .contains("1 of 2 nodes have the new settings", ModernNode.NAME, "not Ready");
    assertThat(NodeSysctls.read(NodeSysctls.BACKLOG)).isEqualTo(String.valueOf(original));

    // Its agent goes on without the kubelet.
    NodeTunings.delete(cluster, TUNING);
    awaitOnModernNode(originalThere);
    assertThat(NodeSysctls.read(NodeSysctls.BACKLOG)).isEqualTo(String.valueOf(original));
  }

  private static void awaitOnModernNode(String backlog) {
    await("%s = %s on %s".formatted(NodeSysctls.BACKLOG, backlog, ModernNode.NAME))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> ModernNode.HOST.sysctl(NodeSysctls.BACKLOG), backlog::equals);
  }
}
