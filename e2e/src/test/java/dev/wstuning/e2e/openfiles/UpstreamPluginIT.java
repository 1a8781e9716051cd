package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Servers;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The plugin whose annotation the node agent reads, on the same node: the runtime refuses
 * containers for which two plugins set the same limit.
 */
@NeedsTheNode
class UpstreamPluginIT {

  private final Installation cluster = Installation.withOperator();
  private final NodeAgent agent = new NodeAgent(cluster);
  private final Host.Limit given = Runtime.usualLimit();
  private final OpenFilesStory story = new OpenFilesStory(cluster, cluster.namespace("plugins"));

  @AfterEach
  void removeWhatIsTuned() {
    cluster.delete(story.namespace());
    agent.remove();
  }

  @Test
  void besideAPluginThatSetsTheSameLimitContainersStartAndTheAgentStepsAside() {
    stepsAsideFor("nri-adjuster");
  }

  /** The same, with the plugin that the other stands in for. */
  @Test
  @Tag("nri")
  void besideTheUpstreamPluginContainersStartAndTheAgentStepsAside() {
    stepsAsideFor("nri-ulimit-adjuster");
  }

  private void stepsAsideFor(String image) {
    Runtime.give(given);
    agent.grantUpTo(given.hard());
    startUpstreamPlugin(image);
    story.tune("tuned", "openFiles: {minimum: 15000}");

    Servers.deploy(
        cluster.client(), story.namespace(), "server-python", UpstreamPluginIT::annotate);
    Servers.deployAs(cluster.client(), story.namespace(), "server-python", "tuned", y -> y);

    assertThat(story.limitOf("server-python")).isEqualTo(new Host.Limit(5000, 6000));
    assertThat(story.limitOf("tuned").soft()).isGreaterThanOrEqualTo(15_000);
    agent.awaitOpenFiles("steps aside", s -> Boolean.TRUE.equals(s.otherPlugin()));

    Command.kubectl("-n", story.namespace(), "delete", "pod", "upstream", "--wait");
    Command.kubectl("-n", story.namespace(), "delete", "pod", "-l", "app=tuned", "--wait");
    assertThat(story.limitOf("tuned").soft()).isGreaterThanOrEqualTo(15_000);
  }

  private void startUpstreamPlugin(String image) {
    cluster.apply(
        story.namespace(),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: upstream, labels: {app: upstream}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: plugin
            image: localhost/wstuning/%s:0.2.0
            imagePullPolicy: IfNotPresent
            args: [-name=ulimit-adjuster, -idx=10]
            securityContext: {runAsUser: 0}
            volumeMounts: [{name: nri, mountPath: /var/run/nri}]
          volumes:
          - name: nri
            hostPath: {path: %s, type: Directory}
        """
            .formatted(image, Path.of(Cluster.nriSocket()).getParent()));
    cluster.readyPod(story.namespace(), "upstream");
  }

  private static void annotate(Deployment deployment) {
    deployment
        .getSpec()
        .getTemplate()
        .getMetadata()
        .setAnnotations(
            Map.of(
                "ulimits.noderesource.dev/container." + Servers.CONTAINER,
                "[{type: RLIMIT_NOFILE, soft: 5000, hard: 6000}]"));
  }
}
