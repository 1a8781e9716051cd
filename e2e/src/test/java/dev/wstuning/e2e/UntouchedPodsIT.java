package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that must not be tuned start as their owner wrote them, and the status explains it. */
@Tag("together")
@NeedsTheNode
class UntouchedPodsIT {

  private static final String SPEC =
      """
      selector: {matchLabels: {app: server-go}}
      container: server
      keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
      """;

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void hostNetwork() {
    Condition applied =
        skipped(
            s -> {
              s.setHostNetwork(true);
              // Away from the port of the operator and of other tests.
              s.getContainers().get(0).getEnv().stream()
                  .filter(e -> e.getName().equals("PORT"))
                  .forEach(e -> e.setValue("18080"));
              s.getContainers().get(0).setPorts(List.of());
              s.getContainers().get(0).setReadinessProbe(null);
            });

    assertThat(applied.message()).contains("host's network");
  }

  @Test
  void hostPid() {
    assertThat(skipped(s -> s.setHostPID(true)).message()).contains("host's processes");
  }

  @Test
  void shareProcessNamespace() {
    assertThat(skipped(s -> s.setShareProcessNamespace(true)).message())
        .contains("shareProcessNamespace");
  }

  @Test
  void aContainerOfOurName() {
    Condition applied =
        skipped(
            s -> {
              Container own = new ContainerBuilder(s.getContainers().get(0)).build();
              own.setName("wstuning");
              own.setReadinessProbe(null);
              own.setPorts(List.of());
              own.getEnv().stream()
                  .filter(e -> e.getName().equals("PORT"))
                  .forEach(e -> e.setValue("9090"));
              s.setContainers(List.of(s.getContainers().get(0), own));
            });

    assertThat(applied.message()).contains("named wstuning of its own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"baseline", "restricted"})
  void aNamespaceThatAdmitsNoPrivilegedPods(String level) {
    namespace = cluster.namespace("psa", Map.of("pod-security.kubernetes.io/enforce", level));
    cluster.tune(namespace, "chat", SPEC + "methods: {privilege: Privileged}\n");
    Servers.deploy(cluster.client(), namespace, "server-go");
    Pod pod = cluster.readyPod(namespace, "server-go");

    Condition applied =
        Tunings.awaitCondition(cluster, namespace, "chat", "Applied", "False", "NeedsPrivilege");

    assertThat(applied.message()).contains("Pod Security " + level);
    assertThat(pod.getSpec().getInitContainers()).isEmpty();
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(Host.LOCAL.sysctl(pid, "net.ipv4.tcp_keepalive_time")).isEqualTo("7200");
  }

  /** Safe sysctls need no privilege; the same tuning works there without one. */
  @ParameterizedTest
  @ValueSource(strings = {"Auto", "Unprivileged"})
  void aRestrictedNamespaceIsTunedWithoutPrivilege(String privilege) {
    namespace =
        cluster.namespace("psa", Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    cluster.tune(namespace, "chat", SPEC + "methods: {privilege: " + privilege + "}\n");
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deploy(cluster.client(), namespace, "server-go");

    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");

    Pod pod = cluster.readyPod(namespace, "server-go");
    assertThat(pod.getSpec().getInitContainers()).isEmpty();
    assertThat(pod.getSpec().getSecurityContext().getSysctls()).hasSize(3);
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(Host.LOCAL.sysctl(pid, "net.ipv4.tcp_keepalive_time")).isEqualTo("300");
  }

  private Condition skipped(Consumer<PodSpec> edit) {
    namespace = cluster.namespace("untouched");
    cluster.tune(namespace, "chat", SPEC);
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deploy(
        cluster.client(),
        namespace,
        "server-go",
        (Deployment d) -> edit.accept(d.getSpec().getTemplate().getSpec()));
    Pod pod = cluster.readyPod(namespace, "server-go");

    assertThat(pod.getSpec().getInitContainers()).isEmpty();
    assertThat(pod.getMetadata().getAnnotations()).doesNotContainKey("wstuning.dev/plan");
    Condition applied =
        Tunings.awaitCondition(cluster, namespace, "chat", "Applied", "False", "PodsSkipped");
    assertThat(cluster.tuning(namespace, "chat").getStatus().pods().skipped()).isEqualTo(1);
    return applied;
  }
}
