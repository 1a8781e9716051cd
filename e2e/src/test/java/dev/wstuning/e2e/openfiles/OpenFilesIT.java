package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The open files limit that a server boots with where no node agent is, seen from the host in
 * /proc/PID/limits. Python raises nothing by itself; Go raises its soft limit to the hard one.
 */
@NeedsTheNode
class OpenFilesIT {

  private static final long ENOUGH = 15_000;

  /** No pod may be privileged. */
  private static final Map<String, String> RESTRICTED =
      Map.of("pod-security.kubernetes.io/enforce", "restricted");

  private final Installation cluster = Installation.withOperator();
  private final Host.Limit given = Runtime.usualLimit();
  private final OpenFilesStory story =
      new OpenFilesStory(cluster, cluster.namespace("files", RESTRICTED));

  @BeforeEach
  void containersGetTheUsualLimit() {
    Runtime.give(given);
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(story.namespace());
    Runtime.give(given);
  }

  @Test
  void theLibraryRaisesThem() {
    story.tune(
        "server-python",
        "openFiles: {minimum: 15000}",
        "methods: {openFiles: [NodeAgent, Preload]}");
    Servers.deploy(cluster.client(), story.namespace(), "server-python");

    OpenFilesLimit seen = story.awaitEffective("Effective");

    assertThat(seen.mechanism()).isEqualTo("Preload");
    assertThat(story.limitOf("server-python").soft()).isGreaterThanOrEqualTo(ENOUGH);
  }

  @Test
  void theLauncherRaisesThemWhereTheCommandIsKnown() {
    story.tune(
        "server-python",
        "openFiles: {minimum: 15000}",
        "methods: {openFiles: [NodeAgent, Launcher]}");
    Servers.deploy(cluster.client(), story.namespace(), "server-python", OpenFilesIT::stateCommand);

    OpenFilesLimit seen = story.awaitEffective("Effective");

    assertThat(seen.mechanism()).isEqualTo("Launcher");
    assertThat(story.limitOf("server-python").soft()).isGreaterThanOrEqualTo(ENOUGH);
  }

  @Test
  void withNeitherTheStatusSaysWhatIsMissingAndNothingRestarts() {
    story.tune("server-python", "openFiles: {minimum: 15000}", "rollout: {existingPods: Restart}");
    Servers.deploy(cluster.client(), story.namespace(), "server-python");

    OpenFilesLimit seen = story.awaitEffective("OpenFilesBelowMinimum");

    Pod pod = cluster.readyPod(story.namespace(), "server-python");
    assertThat(story.limitOf("server-python")).isEqualTo(given);
    assertThat(seen.soft()).isEqualTo(given.soft());
    // The limit, the node, and the way out.
    story.awaitEffectiveMessage("1024", pod.getSpec().getNodeName(), "Next: ");
    Installation.pause(Duration.ofSeconds(20));
    Pod later = cluster.readyPod(story.namespace(), "server-python");
    assertThat(later.getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
    assertThat(later.getStatus().getContainerStatuses())
        .extracting(ContainerStatus::getRestartCount)
        .containsExactly(0);
  }

  @Test
  void aRuntimeThatGivesEnoughNeedsNothing() {
    Host.Limit high = new Host.Limit(given.hard(), given.hard());
    Runtime.give(high);
    story.tune(
        "server-python",
        "openFiles: {minimum: 15000}",
        "methods: {openFiles: [NodeAgent, Preload]}");
    Servers.deploy(cluster.client(), story.namespace(), "server-python");

    OpenFilesLimit seen = story.awaitEffective("Effective");

    assertThat(seen.mechanism()).isEqualTo("Inherited");
    assertThat(story.limitOf("server-python")).isEqualTo(high);
  }

  /** Go stays one below the hard limit, which the verdict takes for all there is. */
  @Test
  void aServerThatRaisesThemItselfNeedsNothing() {
    story.tune("server-go", "openFiles: {minimum: %d}".formatted(given.hard()));
    Servers.deploy(cluster.client(), story.namespace(), "server-go");

    OpenFilesLimit seen = story.awaitEffective("Effective");

    assertThat(seen.mechanism()).isEqualTo("Server");
    assertThat(story.limitOf("server-go").soft()).isEqualTo(given.hard() - 1);
  }

  private static void stateCommand(Deployment deployment) {
    deployment
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0)
        .setCommand(List.of("/usr/bin/python3", "/app/server.py"));
  }
}
