package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SysctlBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A setting that the kernel of the node refuses. The port range may not begin below
 * ip_unprivileged_port_start, which the pod sets itself: the kernel answers EINVAL.
 */
@Tag("together")
class TuningErrorIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("error");
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void thePodStartsAnywayAndTheStatusHasTheKernelsError() {
    tune("Start");

    Pod pod = deploy(true);

    assertThat(pod.getSpec().getInitContainers()).hasSize(1);
    Condition applied =
        Tunings.awaitCondition(cluster, namespace, "chat", "Applied", "False", "WriteFailed");
    assertThat(applied.message())
        .contains("net.ipv4.ip_local_port_range=1024 65535")
        .contains("invalid argument");
    // What the kernel took is in force.
    Tunings.awaitCondition(cluster, namespace, "chat", "Effective", "False", "SysctlDiffers");
  }

  @Test
  void withHoldThePodDoesNotStart() {
    tune("Hold");

    Pod pod = deploy(false);

    Condition applied =
        Tunings.awaitCondition(cluster, namespace, "chat", "Applied", "False", "WriteFailed");
    assertThat(applied.message()).contains("invalid argument");
    Installation.pause(Duration.ofSeconds(5));
    assertThat(cluster.client().pods().resource(pod).get().getStatus().getContainerStatuses())
        .extracting(ContainerStatus::getStarted)
        .doesNotContain(true);
    assertThat(cluster.tuning(namespace, "chat").getStatus().suspensionsOrEmpty())
        .as("holding is what was asked for, no reason to stop injecting")
        .isEmpty();
  }

  private void tune(String onError) {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        sysctls: [{name: net.ipv4.ip_local_port_range, value: "1024 65535"}]
        onFailure: {tuningError: %s}
        """
            .formatted(onError));
    cluster.awaitInjection(namespace, "chat", true);
  }

  private Pod deploy(boolean starts) {
    Servers.deploy(
        cluster.client(),
        namespace,
        "server-go",
        (Deployment d) ->
            d.getSpec()
                .getTemplate()
                .getSpec()
                .getSecurityContext()
                .setSysctls(
                    List.of(
                        new SysctlBuilder()
                            .withName("net.ipv4.ip_unprivileged_port_start")
                            .withValue("2000")
                            .build())));
    if (starts) {
      return cluster.readyPod(namespace, "server-go");
    }
    await().until(() -> !cluster.pods(namespace, "server-go").isEmpty());
    return cluster.pods(namespace, "server-go").get(0);
  }
}
