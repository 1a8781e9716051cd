package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Keepalives;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A namespace in which Pod Security admits nothing privileged: the library does the work. */
@Tag("together")
@NeedsTheNode
class RestrictedIT {

  private static final String LIBRARY = "libwstuning.so";

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @ParameterizedTest
  @ValueSource(strings = {"server-node", "server-python"})
  void serversAreEffectiveWithoutAnyPrivilegedContainer(String server) {
    tune("methods: {sockets: [Programs, Preload]}");
    Servers.deploy(cluster.client(), namespace, server, "default");
    Pod pod = cluster.readyPod(namespace, server);
    WebSocketTuning tuning = awaitReason("Effective");

    assertThat(containers(cluster.readyPod(namespace, server)))
        .as("the server, the init container, and the observer")
        .hasSizeGreaterThan(2)
        .noneMatch(Boolean.TRUE::equals);
    ObservedPort port = tuning.getStatus().observations().get(0).ports().get(0);
    assertThat(port.setBy()).isEqualTo("Preload");
    assertThat(Keepalives.text(port.keepalive())).isEqualTo("30/7/3");
    assertThat(port.userTimeoutSeconds()).isEqualTo(50);
    assertThat(tuning.getStatus().plan().sockets()).isEqualTo("Preload");
    assertThat(Servers.keepaliveTimer(cluster.client(), namespace, server, serverPid(pod)))
        .isBetween(20.0, 31.0);
  }

  /** Whether Pod Security is really enforced here: what the tuner needs elsewhere is refused. */
  @Test
  void aPrivilegedPodIsRefused() {
    tune("methods: {sockets: [Programs, Preload]}");
    Assertions.assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(
            () ->
                cluster.apply(
                    namespace,
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: privileged}
                    spec:
                      containers:
                      - name: server
                        image: localhost/wstuning/server-node:0.2.0
                        securityContext: {privileged: true}
                    """))
        .withMessageContaining("violates PodSecurity");
  }

  /** Rails images preload an allocator by their ENV: not even touched unless it was allowed. */
  @Test
  void anImagesOwnPreloadStaysUnlessTheLibraryIsAllowed() {
    tune("methods: {sockets: [Programs]}");
    Servers.deploy(cluster.client(), namespace, "server-puma");
    long pid = serverPid(cluster.readyPod(namespace, "server-puma"));

    assertThat(Host.LOCAL.loaded(pid, "libjemalloc.so.2")).as("the image's own library").isTrue();
    assertThat(Host.LOCAL.loaded(pid, LIBRARY)).isFalse();
    WebSocketTuning tuning = awaitReason("KeepaliveOff");
    assertThat(Tunings.condition(tuning, "Effective").orElseThrow().message())
        .contains("add Preload to spec.methods.sockets");
  }

  @Test
  void aPodsOwnPreloadStaysEvenWhereTheLibraryIsAllowed() {
    tune("methods: {sockets: [Programs, Preload]}");
    Servers.deploy(
        cluster.client(),
        namespace,
        "server-node",
        d ->
            d.getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getEnv()
                .add(new EnvVarBuilder().withName("LD_PRELOAD").withValue("libm.so.6").build()));
    Pod pod = cluster.readyPod(namespace, "server-node");

    assertThat(Host.LOCAL.loaded(serverPid(pod), LIBRARY)).isFalse();
    assertThat(pod.getMetadata().getAnnotations().get("wstuning.dev/no-preload"))
        .isEqualTo("container server sets LD_PRELOAD itself");
    assertThat(pod.getSpec().getSecurityContext().getSysctls()).hasSize(3);
    Tunings.awaitCondition(cluster, namespace, "chat", "Applied", "False", "PreloadLeftOut");
    // The manifest's server switches keepalive on; what is missing is the user timeout.
    assertThat(Tunings.condition(awaitReason("DeadPeersLate"), "Effective").orElseThrow().message())
        .contains("container server sets LD_PRELOAD itself");
  }

  private void tune(String preload) {
    namespace =
        cluster.namespace("tight", Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchExpressions: [{key: app, operator: Exists}]}
        deadPeers: {withinSeconds: 60}
        %s
        """
            .formatted(preload));
    cluster.awaitInjection(namespace, "chat", true);
  }

  private WebSocketTuning awaitReason(String reason) {
    return Tunings.awaitEffective(cluster, namespace, "chat", reason);
  }

  private static List<Boolean> containers(Pod pod) {
    return Stream.of(
            pod.getSpec().getContainers().stream().map(Container::getSecurityContext),
            pod.getSpec().getInitContainers().stream().map(Container::getSecurityContext),
            pod.getSpec().getEphemeralContainers().stream().map(c -> c.getSecurityContext()))
        .flatMap(c -> c)
        .map(c -> c.getPrivileged())
        .map(Boolean.TRUE::equals)
        .toList();
  }

  private static long serverPid(Pod pod) {
    return Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
  }
}
