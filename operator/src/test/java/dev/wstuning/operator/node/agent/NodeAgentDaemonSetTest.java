package dev.wstuning.operator.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.ReadableYaml;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The DaemonSet as a file that people can read: what runs as root on their nodes. */
class NodeAgentDaemonSetTest {

  private static final Path GOLDEN = Path.of("src/test/resources/node");

  private final NodeAgentDaemonSet agent = agent("/var/run/nri/nri.sock");

  @Test
  void itIsAsReviewed() throws IOException {
    assertAsReviewed(agent, "daemonset.yaml");
  }

  @Test
  void withSocketsInSeveralFoldersItIsAsReviewed() throws IOException {
    assertAsReviewed(
        agent("/var/run/nri/nri.sock", "/run/k3s/nri/nri.sock", "/var/run/nri/other.sock"),
        "daemonset-several-sockets.yaml");
  }

  private static void assertAsReviewed(NodeAgentDaemonSet agent, String file) throws IOException {
    String yaml = ReadableYaml.of(agent.on(List.of("n2.example", "n1.example", "n1.example")));
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(GOLDEN.resolve(file), yaml);
    }

    assertThat(yaml).isEqualTo(Files.readString(GOLDEN.resolve(file)));
  }

  private static NodeAgentDaemonSet agent(String... nriSockets) {
    return new NodeAgentDaemonSet("localhost/wstuning/node-agent:0.1.0", List.of(nriSockets), true);
  }

  @Test
  void otherNodesAreNoReasonToReplacePods() {
    assertThat(template(agent.on(List.of("n1")))).isEqualTo(template(agent.on(List.of("n2"))));
  }

  @Test
  void anotherImageOrSocketIsAReasonToReplacePods() {
    assertThat(new NodeAgentDaemonSet("other", agent.nriSockets(), true).template())
        .isNotEqualTo(agent.template());
    assertThat(agent("/run/other/nri.sock").template()).isNotEqualTo(agent.template());
    assertThat(agent("/var/run/nri/nri.sock", "/run/other/nri.sock").template())
        .isNotEqualTo(agent.template());
    assertThat(agent("/var/run/nri/nri.sock").template()).isEqualTo(agent.template());
  }

  @Test
  void podsCarryTheNameOfTheirTemplate() {
    assertThat(template(agent.on(List.of("n1")))).isEqualTo(agent.template());
  }

  private static String template(DaemonSet daemonSet) {
    return daemonSet
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .get(NodeAgentDaemonSet.TEMPLATE);
  }

  @Test
  void onlyWhoGrantsOpenFilesGetsTheSocket() {
    NodeAgentDaemonSet settings = agent.granting(false);

    assertThat(ReadableYaml.of(settings.on(List.of("n1"))))
        .doesNotContain("hostPath")
        .doesNotContain("name: nri");
    assertThat(settings.template()).isNotEqualTo(agent.template());
  }
}
