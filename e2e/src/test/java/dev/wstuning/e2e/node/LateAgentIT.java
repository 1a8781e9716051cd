package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The agent of a node comes after servers that want open files, as field case 19 has it. */
@NeedsTheNode
class LateAgentIT {

  private static final String APP = "server-python";
  private static final long MINIMUM = 15_000;

  private final Installation cluster = Installation.withOperator();
  private final NodeAgent agent = new NodeAgent(cluster);
  private final String namespace = cluster.namespace("late");

  @AfterEach
  void remove() {
    cluster.delete(namespace);
    agent.remove();
  }

  @Test
  void eachServerIsReplacedOnce() {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: %s}}
        openFiles: {minimum: %d}
        rollout: {existingPods: Restart}
        """
            .formatted(APP, MINIMUM));
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deployAs(
        cluster.client(),
        namespace,
        APP,
        APP,
        yaml -> yaml.replaceFirst("replicas: 1", "replicas: 2"));
    Tunings.awaitReplicas(cluster, namespace, APP, 2);
    Tunings.awaitEffective(cluster, namespace, "chat", "OpenFilesBelowMinimum");
    Set<String> before = uids();

    agent.grantUpTo(1_048_576);

    await("both servers have what they want")
        .until(
            () ->
                ready().size() == 2
                    && ready().stream().noneMatch(p -> before.contains(uid(p)))
                    && ready().stream().allMatch(p -> softLimit(p) >= MINIMUM));
    Set<String> after = uids();
    Tunings.awaitEffective(cluster, namespace, "chat", "Effective");
    assertThat(uids()).as("none is replaced again").isEqualTo(after);
  }

  private List<Pod> ready() {
    return cluster.pods(namespace, APP).stream().filter(Installation::ready).toList();
  }

  private Set<String> uids() {
    return ready().stream().map(LateAgentIT::uid).collect(Collectors.toSet());
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  private static long softLimit(Pod pod) {
    return Host.LOCAL.openFiles(Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT)).soft();
  }
}
