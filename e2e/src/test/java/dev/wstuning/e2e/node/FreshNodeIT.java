package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node is booted for servers that wait for it, and its agent comes later, or never. */
@NeedsTheModernNode
class FreshNodeIT {

  private static final String TUNING = "fresh";
  private static final long MINIMUM = 700_000;

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("fresh");

  @AfterEach
  void bootAgain() {
    NodeAgent.letCome(cluster);
    ModernNode.join();
    cluster.delete(namespace);
    NodeTunings.deleteAll(cluster);
  }

  @Test
  void serversWaitForTheAgentButNotForEver() {
    NodeTunings.tune(cluster, TUNING, ModernNode.NAME, "openFiles: {maximum: 1048576}");
    NodeTunings.awaitApplied(cluster, TUNING);
    ModernNode.awaitGrants(cluster);
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchExpressions: [{key: app, operator: Exists}]}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        openFiles: {minimum: %d}
        """
            .formatted(MINIMUM));
    cluster.awaitInjection(namespace, "chat", true);
    ModernNode.losePower();
    NodeAgent.keepBack(cluster);
    List.of("first", "second").forEach(this::start);

    ModernNode.join();
    Installation.pause(Duration.ofSeconds(20));
    NodeAgent.letCome(cluster);

    for (String app : List.of("first", "second")) {
      Pod pod = cluster.readyPod(namespace, app);
      long pid = ModernNode.HOST.serverPid(pod, Servers.CONTAINER, Servers.PORT);
      assertThat(ModernNode.HOST.openFiles(pid)).isEqualTo(new Host.Limit(MINIMUM, MINIMUM));
      assertThat(restarts(pod.getStatus().getContainerStatuses())).as("its first start").isZero();
      assertThat(restarts(pod.getStatus().getInitContainerStatuses())).as("it waited").isPositive();
    }

    NodeAgent.keepBack(cluster);
    start("alone");
    Pod alone = cluster.readyPod(namespace, "alone");
    Duration waited = Duration.between(scheduled(alone), started(alone));
    System.out.printf("fresh node: without an agent it starts after %d s%n", waited.toSeconds());
    assertThat(waited).isLessThan(Duration.ofSeconds(90));
    Tunings.awaitStatus(
        cluster,
        namespace,
        "chat",
        "why the limit is low",
        t ->
            Tunings.condition(t, "Effective")
                .filter(c -> c.reason().equals("OpenFilesBelowMinimum"))
                .filter(c -> c.message().contains("its node agent"))
                .isPresent());
  }

  private void start(String app) {
    Servers.deployAs(cluster.client(), namespace, "server-python", app, ModernNode::pinned);
  }

  private static int restarts(List<ContainerStatus> statuses) {
    return statuses.stream().mapToInt(ContainerStatus::getRestartCount).sum();
  }

  private static Instant scheduled(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("PodScheduled"))
        .map(c -> Instant.parse(c.getLastTransitionTime()))
        .findFirst()
        .orElseThrow();
  }

  private static Instant started(Pod pod) {
    return Instant.parse(
        pod.getStatus().getContainerStatuses().get(0).getState().getRunning().getStartedAt());
  }
}
