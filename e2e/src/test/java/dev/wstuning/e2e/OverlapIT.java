package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two tunings select the same pod. */
@Tag("together")
@NeedsTheNode
class OverlapIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("overlap");
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void theOlderKeepsThePodBothSaySoAndDeletingTheOlderHandsItOver() {
    tune("older", 300);
    // Creation times are whole seconds.
    Installation.pause(Duration.ofMillis(1100));
    tune("newer", 111);
    cluster.awaitInjection(namespace, "newer", true);
    Servers.deploy(cluster.client(), namespace, "server-go");
    Pod pod = cluster.readyPod(namespace, "server-go");

    assertThat(pod.getMetadata().getAnnotations()).containsEntry("wstuning.dev/tuning", "older");
    assertThat(keepaliveTime(pod)).isEqualTo("300");
    var kept =
        Tunings.awaitCondition(cluster, namespace, "older", "Accepted", "True", "Conflicted");
    assertThat(kept.message()).contains("newer (1)").contains("Next: ");
    var lost =
        Tunings.awaitCondition(cluster, namespace, "newer", "Accepted", "False", "Conflicted");
    assertThat(lost.message()).contains("older (1)");

    cluster.client().resource(cluster.tuning(namespace, "older")).delete();
    cluster.awaitInjection(namespace, "older", false);
    Tunings.awaitCondition(cluster, namespace, "newer", "Accepted", "True", "Accepted");
    Tunings.awaitCondition(cluster, namespace, "newer", "Applied", "False", "RestartPending");
    Command.kubectl("-n", namespace, "rollout", "restart", "deployment/server-go");

    Tunings.awaitCondition(cluster, namespace, "newer", "Ready", "True", "Effective");
    assertThat(keepaliveTime(cluster.readyPod(namespace, "server-go"))).isEqualTo("111");
  }

  private static String keepaliveTime(Pod pod) {
    return Host.LOCAL.sysctl(
        Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT), "net.ipv4.tcp_keepalive_time");
  }

  private void tune(String name, int seconds) {
    cluster.tune(
        namespace,
        name,
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: %d, intervalSeconds: 10, probes: 5}
        """
            .formatted(seconds));
  }
}
