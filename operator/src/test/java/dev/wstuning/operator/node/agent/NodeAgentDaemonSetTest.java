package dev.wstuning.operator.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.ReadableYaml;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The DaemonSets as files that people can read: what runs as root on their nodes. */
class NodeAgentDaemonSetTest {

  private static final Path GOLDEN = Path.of("src/test/resources/node");

  private final NodeAgentDaemonSet agent = agent("/var/run/nri/nri.sock");

  @Test
  void theOneThatWritesSettingsIsAsReviewed() throws IOException {
    assertAsReviewed(agent.of(AgentKind.SETTINGS), "daemonset-settings.yaml");
  }

  @Test
  void theOneThatGrantsIsAsReviewed() throws IOException {
    assertAsReviewed(agent.of(AgentKind.GRANTS), "daemonset-grants.yaml");
  }

  @Test
  void theOneThatTunesPodsIsAsReviewed() throws IOException {
    assertAsReviewed(agent.of(AgentKind.PODS), "daemonset-pods.yaml");
  }

  @Test
  void withSocketsInSeveralFoldersItIsAsReviewed() throws IOException {
    assertAsReviewed(
        agent("/var/run/nri/nri.sock", "/run/k3s/nri/nri.sock", "/var/run/nri/other.sock")
            .of(AgentKind.GRANTS),
        "daemonset-grants-several-sockets.yaml");
  }

  private static void assertAsReviewed(DaemonSet daemonSet, String file) throws IOException {
    String yaml = ReadableYaml.of(daemonSet);
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(GOLDEN.resolve(file), yaml);
    }

    assertThat(yaml).isEqualTo(Files.readString(GOLDEN.resolve(file)));
  }

  private static NodeAgentDaemonSet agent(String... nriSockets) {
    return new NodeAgentDaemonSet("localhost/wstuning/node-agent:0.1.0", List.of(nriSockets));
  }

  /** Anyone who can write there can run programs on the node as root. */
  @ParameterizedTest
  @EnumSource
  void noAgentReachesMoreOfTheKernelThanItNeeds(AgentKind kind) {
    PodSpec pod = agent.of(kind).getSpec().getTemplate().getSpec();

    assertThat(pod.getVolumes())
        .filteredOn(v -> v.getHostPath() != null && v.getHostPath().getPath().startsWith("/proc"))
        .extracting(v -> v.getHostPath().getPath())
        .containsExactly(
            "/proc/sys/net", "/proc/sys/fs/nr_open", "/proc/sys/fs/file-max", "/proc/1/status");
    assertThat(pod.getInitContainers()).isEmpty();
    assertThat(pod.getContainers())
        .extracting(Container::getSecurityContext)
        .allSatisfy(
            security -> {
              assertThat(security.getPrivileged()).isFalse();
              assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            });
  }

  @Test
  void onlyWhoGrantsOpenFilesGetsTheSocket() {
    assertThat(ReadableYaml.of(agent.of(AgentKind.SETTINGS))).doesNotContain("nri");
  }

  /** With SYS_ADMIN or SYS_RESOURCE, or with a writable control group, it could do much more. */
  @Test
  void onlyWhoTunesPodsHasCapabilitiesAndTheseThree() {
    assertThat(Stream.of(AgentKind.values()).filter(kind -> !capabilities(kind).isEmpty()))
        .containsExactly(AgentKind.PODS);
    assertThat(capabilities(AgentKind.PODS)).containsExactly("BPF", "NET_ADMIN", "PERFMON");
    assertThat(Stream.of(AgentKind.values()).filter(kind -> cgroups(kind).findAny().isPresent()))
        .containsExactly(AgentKind.PODS);
    assertThat(cgroups(AgentKind.PODS))
        .allSatisfy(
            mount -> {
              assertThat(mount.getReadOnly()).isTrue();
              assertThat(mount.getRecursiveReadOnly()).isEqualTo("IfPossible");
            });
  }

  /** On the node's network no other pod could have the port while both run. */
  @ParameterizedTest
  @EnumSource
  void theNextAgentFitsNextToThePresentOne(AgentKind kind) {
    assertThat(container(kind).getPorts()).isEmpty();
  }

  private List<String> capabilities(AgentKind kind) {
    return container(kind).getSecurityContext().getCapabilities().getAdd();
  }

  private Stream<VolumeMount> cgroups(AgentKind kind) {
    return container(kind).getVolumeMounts().stream().filter(m -> m.getName().equals("cgroup"));
  }

  private Container container(AgentKind kind) {
    return agent.of(kind).getSpec().getTemplate().getSpec().getContainers().get(0);
  }

  @Test
  void theDaemonSetsOwnDifferentPods() {
    assertThat(Stream.of(AgentKind.values()).map(kind -> agent.of(kind).getSpec().getSelector()))
        .doesNotHaveDuplicates();
  }
}
