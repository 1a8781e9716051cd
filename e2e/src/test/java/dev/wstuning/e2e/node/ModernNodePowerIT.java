package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Servers;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One of two nodes loses its power, with tuned pods and settings on both. */
@NeedsTheModernNode
class ModernNodePowerIT {

  private static final String TUNING = "both";

  @RegisterExtension final NodeSysctls sysctls = new NodeSysctls();

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("power");

  @AfterEach
  void bootAgain() {
    ModernNode.join();
    cluster.delete(namespace);
  }

  @Test
  void theNodeIsNamedAndTheOtherGoesOn() {
    long backlog = sysctls.original(NodeSysctls.BACKLOG) + 1000;
    NodeTunings.tune(
        cluster,
        TUNING,
        "sysctls: [{name: %s, value: \"%d\"}]".formatted(NodeSysctls.BACKLOG, backlog));
    // The second node follows the first one after a minute.
    NodeTunings.awaitApplied(cluster, TUNING);
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchExpressions: [{key: app, operator: Exists}]}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);
    start("far", ModernNode::pinned);
    start("near", ModernNode::pinnedElsewhere);
    cluster.readyPod(namespace, "far");
    long near = tuned("near");

    Instant lost = Instant.now();
    ModernNode.losePower();

    NodeTunings.awaitStatus(
        cluster,
        TUNING,
        "names " + ModernNode.NAME,
        s ->
            NodeTunings.condition(s, "Ready")
                .filter(c -> !c.status().name().equals("True"))
                .filter(c -> c.message().contains(ModernNode.NAME))
                .isPresent());
    Duration named = Duration.between(lost, Instant.now());
    System.out.printf("modern node: named %d s after it lost its power%n", named.toSeconds());
    assertThat(named).isLessThan(Duration.ofSeconds(60));
    start("later", ModernNode::pinnedElsewhere);
    tuned("later");
    assertThat(tuned("near")).as("the process of the pod that was there").isEqualTo(near);
    assertThat(NodeSysctls.read(NodeSysctls.BACKLOG)).isEqualTo(String.valueOf(backlog));
  }

  /** The process of a server on the node that stays, which must be tuned. */
  private long tuned(String app) {
    Pod pod = cluster.readyPod(namespace, app);
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(Host.LOCAL.sysctl(pid, "net.ipv4.tcp_keepalive_time")).as(app).isEqualTo("300");
    return pid;
  }

  private void start(String app, UnaryOperator<String> pinned) {
    Servers.deployAs(cluster.client(), namespace, "server-python", app, pinned);
  }
}
