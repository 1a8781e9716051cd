package dev.wstuning.operator.node;

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

  private static final Path GOLDEN = Path.of("src/test/resources/node/daemonset.yaml");

  private final NodeAgentDaemonSet agent =
      new NodeAgentDaemonSet("localhost/wstuning/node-agent:0.1.0", "/var/run/nri/nri.sock", true);

  @Test
  void itIsAsReviewed() throws IOException {
    String yaml = ReadableYaml.of(agent.on(List.of("n2.example", "n1.example", "n1.example")));
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, yaml);
    }

    assertThat(yaml).isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void otherNodesAreNoReasonToReplacePods() {
    assertThat(template(agent.on(List.of("n1")))).isEqualTo(template(agent.on(List.of("n2"))));
  }

  @Test
  void anotherImageOrSocketIs() {
    assertThat(new NodeAgentDaemonSet("other", agent.nriSocket(), true).template())
        .isNotEqualTo(agent.template());
    assertThat(new NodeAgentDaemonSet(agent.image(), "/run/other/nri.sock", true).template())
        .isNotEqualTo(agent.template());
    assertThat(new NodeAgentDaemonSet(agent.image(), agent.nriSocket(), true).template())
        .isEqualTo(agent.template());
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
