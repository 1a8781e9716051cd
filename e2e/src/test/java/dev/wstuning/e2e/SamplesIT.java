package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The API server takes every resource of every sample and of every case from the field, unknown
 * fields refused; nothing is stored.
 */
class SamplesIT {

  private static final Set<String> CLUSTER_SCOPED =
      Set.of(
          "Namespace",
          "WebSocketNodeTuning",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  private static final List<String> FOLDERS = List.of("manifests/samples", "e2e/field");

  private static KubernetesClient client;

  @BeforeAll
  static void connect() {
    client = Cluster.admin();
    Cluster.installCrdAndFences(client);
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  @TestFactory
  Stream<DynamicTest> everyResourceIsAccepted() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> list = Files.list(Cluster.root().resolve(folder))) {
        list.filter(f -> f.toString().endsWith(".yaml")).sorted().forEach(files::add);
      }
    }
    return files.stream().flatMap(SamplesIT::tests);
  }

  private static Stream<DynamicTest> tests(Path file) {
    return resources(file).stream()
        .map(
            resource ->
                dynamicTest(
                    "%s: %s".formatted(file.getFileName(), resource.getKind()),
                    () -> assertAccepted(resource)));
  }

  private static void assertAccepted(GenericKubernetesResource resource) {
    assumeTrue(
        !resource.getKind().startsWith("MutatingAdmissionPolicy")
            || client.supports(resource.getApiVersion(), resource.getKind()),
        "this kind needs Kubernetes 1.36");
    GenericKubernetesResource created =
        client.resource(resource).dryRun().fieldValidation(Validation.STRICT).create();
    assertThat(created.getMetadata().getUid()).isNotBlank();
  }

  /** With the fields of the YAML, not those of our classes; in a namespace that is there. */
  private static List<GenericKubernetesResource> resources(Path file) {
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
      List<GenericKubernetesResource> resources =
          documents.readAll().stream()
              .map(d -> Serialization.unmarshal(d.toString(), GenericKubernetesResource.class))
              .toList();
      resources.stream()
          .filter(r -> !CLUSTER_SCOPED.contains(r.getKind()))
          .forEach(r -> r.getMetadata().setNamespace("default"));
      return resources;
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }
}
