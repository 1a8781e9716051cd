package dev.wstuning.e2e.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.e2e.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A sample of {@code tuner/testdata/pods}: the tunings of a namespace, oldest first, a pod, and
 * whose it is. The unit tests of operator and agent read the same.
 *
 * @param name of the file
 * @param owner the tuning that owns the pod
 * @param excludedBy the sides that leave the pod alone all the same
 */
record GoldenPod(
    String name, List<Tuning> tunings, Pod pod, Optional<String> owner, Set<String> excludedBy) {

  static final String AGENT = "agent";
  static final String OPERATOR = "operator";

  private static final Path FOLDER = Cluster.root().resolve("tuner/testdata/pods");
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A tuning of the namespace.
   *
   * @param selector as JSON
   */
  record Tuning(String name, String created, String via, String selector, String container) {}

  /** Those that can be created on a node as it is, without runtime classes or user namespaces. */
  static List<GoldenPod> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(f -> f.toString().endsWith(".json"))
          .sorted()
          .map(GoldenPod::read)
          .filter(GoldenPod::possible)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + FOLDER, e);
    }
  }

  private static GoldenPod read(Path file) {
    try {
      JsonNode sample = JSON.readTree(file.toFile());
      return new GoldenPod(
          file.getFileName().toString().replace(".json", ""),
          StreamSupport.stream(sample.get("tunings").spliterator(), false)
              .map(GoldenPod::tuning)
              .sorted(Comparator.comparing(Tuning::created).thenComparing(Tuning::name))
              .toList(),
          Serialization.unmarshal(sample.get("pod").toString(), Pod.class),
          text(sample, "owner"),
          excludedBy(sample));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  private static Tuning tuning(JsonNode tuning) {
    return new Tuning(
        tuning.get("name").asText(),
        tuning.get("created").asText(),
        tuning.get("via").asText(),
        tuning.get("selector").toString(),
        text(tuning, "container").orElse(null));
  }

  private static Set<String> excludedBy(JsonNode sample) {
    return text(sample, "excluded").isEmpty()
        ? Set.of()
        : text(sample, "excludedBy").map(Set::of).orElse(Set.of(AGENT, OPERATOR));
  }

  private static Optional<String> text(JsonNode object, String field) {
    return Optional.ofNullable(object.get(field)).filter(f -> !f.isNull()).map(JsonNode::asText);
  }

  private boolean possible() {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return pod.getSpec().getRuntimeClassName() == null
        && pod.getSpec().getHostUsers() == null
        && (annotations == null
            || annotations.keySet().stream()
                .noneMatch(k -> k.equals(MIRROR) || k.startsWith("wstuning.dev/")));
  }
}
