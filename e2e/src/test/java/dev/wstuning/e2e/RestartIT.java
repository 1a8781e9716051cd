package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to pods that run already when their settings change, and when their server dies. */
@Tag("together")
@NeedsTheNode
class RestartIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("restart");
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void withKeepRunningPodsStayAndTheStatusSaysWhatIsPending() {
    Servers.deploy(cluster.client(), namespace, "server-go");
    String before = cluster.readyPod(namespace, "server-go").getMetadata().getUid();

    tune("");

    var applied =
        Tunings.awaitCondition(cluster, namespace, "chat", "Applied", "False", "RestartPending");
    assertThat(applied.message())
        .endsWith("kubectl -n %s rollout restart deployment/server-go".formatted(namespace));
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "False", "RestartPending");
    Installation.pause(Duration.ofSeconds(5));
    assertThat(cluster.readyPod(namespace, "server-go").getMetadata().getUid()).isEqualTo(before);
  }

  @Test
  void withRestartOnePodGoesFirstAndThenTheWorkloadOnce() {
    Servers.deploy(
        cluster.client(), namespace, "server-go", (Deployment d) -> d.getSpec().setReplicas(3));
    Tunings.awaitReplicas(cluster, namespace, "server-go", 3);

    tune("rollout: {existingPods: Restart}");

    Tunings.awaitStatus(
        cluster,
        namespace,
        "chat",
        "3/3 effective",
        t ->
            "3/3".equals(t.getStatus().summary().effective())
                && t.getStatus().pods().restartPending() == 0
                && t.getStatus().pods().selected() == 3);
    List<Pod> pods = cluster.pods(namespace, "server-go");
    assertThat(pods)
        .allSatisfy(
            pod ->
                assertThat(
                        Host.LOCAL.sysctl(
                            Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT),
                            "net.ipv4.tcp_keepalive_time"))
                    .isEqualTo("300"));
    var deployment =
        cluster.client().apps().deployments().inNamespace(namespace).withName("server-go").get();
    String plan = cluster.tuning(namespace, "chat").getStatus().plan().hash();
    assertThat(deployment.getMetadata().getAnnotations())
        .containsEntry("wstuning.dev/canary-for", plan)
        .containsEntry("wstuning.dev/restarted-for", plan);

    // Once: nothing is restarted again.
    List<String> uids = uids(pods);
    Installation.pause(Duration.ofSeconds(5));
    assertThat(uids(cluster.pods(namespace, "server-go"))).isEqualTo(uids);
  }

  @Test
  void aServerProcessThatIsKilledIsObservedAnew() {
    tune("");
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deploy(cluster.client(), namespace, "server-go");
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
    Pod pod = cluster.readyPod(namespace, "server-go");
    String observed = cluster.tuning(namespace, "chat").getStatus().lastObservedTime();

    ProcessHandle.of(Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT))
        .orElseThrow()
        .destroyForcibly();

    Tunings.awaitStatus(
        cluster,
        namespace,
        "chat",
        "observed again",
        t ->
            "1/1".equals(t.getStatus().summary().effective())
                && t.getStatus().lastObservedTime().compareTo(observed) > 0);
  }

  private static List<String> uids(List<Pod> pods) {
    return pods.stream().map(p -> p.getMetadata().getUid()).sorted().collect(Collectors.toList());
  }

  private void tune(String more) {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        %s
        """
            .formatted(more));
  }
}
