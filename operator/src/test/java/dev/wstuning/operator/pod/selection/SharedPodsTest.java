package dev.wstuning.operator.pod.selection;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.Tunings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The pods in {@code tuner/testdata/pods}, which the tests of the node agent read as well. */
class SharedPodsTest {

  private static final Path DIRECTORY = Path.of("../tuner/testdata/pods");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> podsBelongToTuningsAsTheAgentDecides() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      List<Path> samples = files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      assertThat(samples).hasSizeGreaterThan(20);
      return samples.stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }
  }

  private static void check(Path file) throws IOException {
    JsonNode sample = JSON.readTree(file.toFile());
    Pod pod = Serialization.unmarshal(sample.get("pod").toString(), Pod.class);
    List<WebSocketTuning> tunings = new ArrayList<>();
    for (JsonNode tuning : sample.get("tunings")) {
      tunings.add(
          Tunings.of(
              tuning.get("name").asText(),
              tune().selector(JSON.treeToValue(tuning.get("selector"), Selector.class)).build(),
              tuning.get("created").asText()));
    }
    Optional<WebSocketTuning> owner =
        Ownership.winner(orEmpty(pod.getMetadata().getLabels()), tunings);
    assertThat(owner.map(t -> t.getMetadata().getName())).isEqualTo(text(sample, "owner"));
    if (owner.isPresent()) {
      expectPod(sample, pod, owner.get().getMetadata().getName());
    }
  }

  private static void expectPod(JsonNode sample, Pod pod, String owner) {
    boolean byAgent = text(sample, "excludedBy").filter("agent"::equals).isPresent();
    Optional<String> excluded = text(sample, "excluded").filter(reason -> !byAgent);
    Optional<Exclusion> exclusion = Exclusion.of(pod);
    assertThat(exclusion.map(Exclusion::name)).isEqualTo(excluded);
    if (!sample.has("excludedBy")) {
      assertThat(exclusion.map(Exclusion::allowsOpenFiles).orElse(true))
          .isEqualTo(sample.get("openFiles").asBoolean());
    }
    assertThat(
            ServerContainer.of(
                named(sample, owner),
                orEmpty(pod.getMetadata().getAnnotations()),
                pod.getSpec().getContainers().stream().map(Container::getName).toList()))
        .isEqualTo(text(sample, "server"));
  }

  /** The container that the tuning names. */
  private static Optional<String> named(JsonNode sample, String owner) {
    for (JsonNode tuning : sample.get("tunings")) {
      if (tuning.get("name").asText().equals(owner)) {
        return text(tuning, "container");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> text(JsonNode object, String field) {
    return Optional.ofNullable(object.get(field)).filter(f -> !f.isNull()).map(JsonNode::asText);
  }

  private static Map<String, String> orEmpty(Map<String, String> map) {
    return Objects.requireNonNullElse(map, Map.of());
  }
}
