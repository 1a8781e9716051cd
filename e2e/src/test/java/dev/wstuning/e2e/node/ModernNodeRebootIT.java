package dev.wstuning.e2e.node;

import static dev.wstuning.e2e.node.NodeSysctls.BACKLOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node with tuned pods and settings is booted again. */
@NeedsTheModernNode
class ModernNodeRebootIT {

  private static final String TUNING = "booted";
  private static final String OWN_SETTINGS = "/etc/sysctl.d/90-story.conf";
  private static final long WANTED = 12_345;

  /** What the node has by itself in its next boot; the kernel's default is 1000. */
  private static final long NEXT_ORIGINAL = 1500;

  private static final long MINIMUM = 700_000;

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("reboot");

  @AfterEach
  void removeWhatIsTuned() {
    cluster.delete(namespace);
    NodeTunings.deleteAll(cluster);
    ModernNode.HOST.run("rm", "-f", OWN_SETTINGS);
    ModernNode.HOST.run("sysctl", "-q", "-w", BACKLOG + "=1000");
  }

  @Test
  void settingsAndGrantsAreThereAgainAndOriginalsAreThoseOfTheNewBoot() {
    NodeTunings.tune(
        cluster,
        TUNING,
        ModernNode.NAME,
        """
        openFiles: {maximum: 1048576}
        sysctls: [{name: %s, value: "%d"}]
        """
            .formatted(BACKLOG, WANTED));
    NodeTunings.awaitApplied(cluster, TUNING);
    ModernNode.awaitGrants(cluster);
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchExpressions: [{key: app, operator: Exists}]}
        openFiles: {minimum: %d}
        """
            .formatted(MINIMUM));
    cluster.awaitInjection(namespace, "chat", true);
    start("before");
    assertThat(limitOf("before").soft()).isEqualTo(MINIMUM);

    ModernNode.HOST.run(
        "sh", "-c", "echo %s=%d >%s".formatted(BACKLOG, NEXT_ORIGINAL, OWN_SETTINGS));
    String boot = bootOfStatus();
    Instant down = Instant.now();
    ModernNode.reboot();

    await("the agent tells of the new boot").until(() -> !boot.equals(bootOfStatus()));
    ModernNode.awaitGrants(cluster, down);
    NodeTunings.awaitStatus(
        cluster, TUNING, "the original of the new boot", ModernNodeRebootIT::hasNextOriginal);
    NodeTunings.awaitApplied(cluster, TUNING);
    assertThat(ModernNode.HOST.sysctl(BACKLOG)).isEqualTo(String.valueOf(WANTED));
    start("after");
    assertThat(limitOf("after").soft()).isEqualTo(MINIMUM);
    Host.Limit restarted = limitOf("before");
    System.out.printf(
        "modern node: the server that the reboot restarted has %d:%d open files, of at least %d%n",
        restarted.soft(), restarted.hard(), MINIMUM);

    NodeTunings.delete(cluster, TUNING);
    await("the original of the new boot is back")
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> ModernNode.HOST.sysctl(BACKLOG).equals(String.valueOf(NEXT_ORIGINAL)));
  }

  private static boolean hasNextOriginal(WebSocketNodeTuningStatus status) {
    return Stream.ofNullable(status.observations())
        .flatMap(List::stream)
        .flatMap(o -> o.settings().stream())
        .anyMatch(
            s -> s.name().equals(BACKLOG) && String.valueOf(NEXT_ORIGINAL).equals(s.original()));
  }

  private void start(String app) {
    Servers.deployAs(cluster.client(), namespace, "server-python", app, ModernNode::pinned);
  }

  private Host.Limit limitOf(String app) {
    Pod pod = cluster.readyPod(namespace, app);
    return ModernNode.HOST.openFiles(
        ModernNode.HOST.serverPid(pod, Servers.CONTAINER, Servers.PORT));
  }

  private String bootOfStatus() {
    return NodeTunings.nodes(cluster).get(0).getStatus().bootID();
  }
}
