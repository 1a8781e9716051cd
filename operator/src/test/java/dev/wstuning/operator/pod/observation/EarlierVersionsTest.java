package dev.wstuning.operator.pod.observation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.TolerantResource;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.ParseResult;
import dev.wstuning.operator.pod.tuner.ReportParser;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What released versions left in clusters: their pods, reports and resources, as {@code
 * e2e/keep-version} and the golden pods of that version kept them. An update must restart no pod
 * and lose nothing.
 */
class EarlierVersionsTest {

  private static final Path VERSIONS = Path.of("src/test/resources/versions");

  private static final Map<String, Class<? extends TolerantResource<?, ?>>> KINDS =
      Map.of(
          "websockettuning.yaml", WebSocketTuning.class,
          "websocketnodetuning.yaml", WebSocketNodeTuning.class,
          "websocketnodestate.yaml", WebSocketNodeState.class);

  /** Version 0.1.0 had another API, so that its pods are all there is of it. */
  @ParameterizedTest
  @MethodSource("firstPods")
  void aPodOfTheFirstVersionIsRecognisedAndLeftAlone(Path file) {
    PodFacts facts = facts(read(file, Pod.class));
    TuningPlan other =
        VerdictInputBuilder.of(SpecBuilder.tune().userTimeout(7)).expectation().plan();

    assertThat(facts.plan()).hasValueSatisfying(h -> assertThat(h).matches("[0-9a-f]{12}"));
    assertThat(facts.exclusion()).as("its init container is known as ours").isEmpty();
    assertThat(PodClassifier.coverage(facts, other, Optional.empty()))
        .isEqualTo(Coverage.IMPROVABLE);
  }

  @ParameterizedTest
  @MethodSource("pods")
  void aPodHasThePresentWishesOfItsTuning(Path folder) {
    PodFacts facts = facts(read(folder.resolve("pod.yaml"), Pod.class));
    WebSocketTuning tuning = read(folder.resolve("tuning.yaml"), WebSocketTuning.class);
    TuningPlan plan = Planner.plan(tuning.getSpec(), VerdictInputBuilder.ADMITS_ALL);

    assertThat(facts.plan()).contains(plan.hash());
    assertThat(PodClassifier.coverage(facts, plan, Optional.empty())).isEqualTo(Coverage.CURRENT);
  }

  @ParameterizedTest
  @MethodSource("objects")
  void aResourceIsUnderstood(Path file) {
    TolerantResource<?, ?> resource = read(file, KINDS.get(file.getFileName().toString()));

    assertThat(resource.notUnderstood()).isEqualTo(NotUnderstood.NOTHING);
    assertThat(resource.getSpec()).isNotNull();
    assertThat(resource.getStatus()).isNotNull();
    assertThat(resource.isStatusReadable()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("reports")
  void aReportIsBelieved(Path file) throws IOException {
    String text = Files.readString(file);
    JsonNode json = new ObjectMapper().readTree(text);
    int values = json.path("values").size();

    assertThat(
            json.path("kind").asText().equals("boot")
                ? ReportParser.boot(text, json.path("plan").asText(), values)
                : ReportParser.server(text, json.path("start").asText(), values))
        .isInstanceOf(ParseResult.Valid.class);
  }

  @Test
  void everyVersionHasAllOfIt() {
    assertThat(list(VERSIONS)).extracting(Path::getFileName).contains(Path.of("0.1.0"));
    assertThat(list(VERSIONS))
        .filteredOn(v -> !v.endsWith("0.1.0"))
        .isNotEmpty()
        .allSatisfy(
            v -> {
              assertThat(list(v.resolve("pods"))).isNotEmpty();
              assertThat(list(v.resolve("reports"))).hasSize(2);
              assertThat(list(v.resolve("objects")))
                  .extracting(f -> f.getFileName().toString())
                  .containsExactlyInAnyOrderElementsOf(KINDS.keySet());
            });
  }

  static List<Path> firstPods() {
    return list(VERSIONS.resolve("0.1.0/pods"));
  }

  static List<Path> pods() {
    return later("pods");
  }

  static List<Path> objects() {
    return later("objects");
  }

  static List<Path> reports() {
    return later("reports");
  }

  private static List<Path> later(String folder) {
    return list(VERSIONS).stream()
        .filter(v -> !v.endsWith("0.1.0"))
        .flatMap(v -> list(v.resolve(folder)).stream())
        .toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder, e);
    }
  }

  /** A golden pod comes from admission, and has not got all that the API server adds. */
  private static PodFacts facts(Pod pod) {
    pod.getMetadata().setName("chat-1");
    pod.getMetadata().setUid("uid-of-chat-1");
    pod.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    return PodReader.STRICT.record(pod).facts();
  }

  private static <T> T read(Path file, Class<T> type) {
    try {
      return Serialization.unmarshal(Files.readString(file), type);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }
}
