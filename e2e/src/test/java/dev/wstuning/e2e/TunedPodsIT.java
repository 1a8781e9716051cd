package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods that are hardened or unusual, and are tuned all the same. */
@Tag("together")
@NeedsTheNode
class TunedPodsIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void tune() {
    namespace = cluster.namespace("tuned");
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchExpressions: [{key: app, operator: Exists}]}
        container: server
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  /** The manifests of the servers have both. */
  @Test
  void nonRootWithAReadOnlyRootFileSystem() {
    Pod pod = tuned("server-go", d -> {});

    assertThat(
            pod.getSpec().getContainers().get(0).getSecurityContext().getReadOnlyRootFilesystem())
        .isTrue();
    assertThat(pod.getStatus().getQosClass()).isEqualTo("BestEffort");
  }

  @Test
  void aNativeSidecarStartsAfterTheTuner() {
    Pod pod =
        tuned(
            "server-go",
            d -> {
              Container sidecar = new ContainerBuilder(spec(d).getContainers().get(0)).build();
              sidecar.setName("sidecar");
              sidecar.setRestartPolicy("Always");
              sidecar.getEnv().stream()
                  .filter(e -> e.getName().equals("PORT"))
                  .forEach(e -> e.setValue("9090"));
              sidecar.setReadinessProbe(null);
              sidecar.setPorts(List.of());
              spec(d).setInitContainers(List.of(sidecar));
            });

    assertThat(pod.getSpec().getInitContainers())
        .extracting(Container::getName)
        .containsExactly("wstuning", "sidecar");
  }

  /** tini is PID 1 then; the limits must be those of the server. */
  @Test
  void tiniAsPidOne() {
    tuned(
        "server-node",
        d -> {
          Container server = spec(d).getContainers().get(0);
          server.setCommand(List.of("/usr/bin/tini", "--", "/usr/bin/node", "/app/server.js"));
          server.setArgs(List.of());
        });

    assertThat(cluster.tuning(namespace, "chat").getStatus().observations().get(0).process())
        .isEqualTo("node");
  }

  @Test
  void aGuaranteedPodStaysGuaranteed() {
    Pod pod = tuned("server-go", d -> resources(d, Map.of("cpu", "200m", "memory", "64Mi"), true));

    assertThat(pod.getStatus().getQosClass()).isEqualTo("Guaranteed");
  }

  @Test
  void aBurstablePodStaysBurstable() {
    Pod pod = tuned("server-go", d -> resources(d, Map.of("memory", "64Mi"), false));

    assertThat(pod.getStatus().getQosClass()).isEqualTo("Burstable");
  }

  /** Deploys, waits until the status says that the server is effective, and asks the host. */
  private Pod tuned(String server, Consumer<Deployment> edit) {
    Servers.deploy(cluster.client(), namespace, server, edit);
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
    Pod pod = cluster.readyPod(namespace, server);
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(Host.LOCAL.sysctl(pid, "net.ipv4.tcp_keepalive_time")).isEqualTo("300");
    assertThat(cluster.tuning(namespace, "chat").getStatus().observations().get(0).openFiles())
        .extracting("soft", "hard")
        .containsExactly(Host.LOCAL.openFiles(pid).soft(), Host.LOCAL.openFiles(pid).hard());
    return pod;
  }

  private static PodSpec spec(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec();
  }

  private static void resources(Deployment d, Map<String, String> amounts, boolean limits) {
    ResourceRequirementsBuilder builder = new ResourceRequirementsBuilder();
    amounts.forEach(
        (resource, amount) -> {
          builder.addToRequests(resource, new Quantity(amount));
          if (limits) {
            builder.addToLimits(resource, new Quantity(amount));
          }
        });
    spec(d).getContainers().get(0).setResources(builder.build());
  }
}
