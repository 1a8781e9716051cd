package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrArray;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the API server accepts and refuses, with which message; nothing is stored. */
class CrdValidationIT {

  /** A dry run that refuses unknown fields, as kubectl does. */
  private static final String CREATE =
      "/apis/wstuning.dev/v1alpha1/%s?dryRun=All&fieldValidation=Strict";

  private static final List<String> WRITTEN_BY_USERS =
      List.of("WebSocketTuning", "WebSocketNodeTuning");

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
  Stream<DynamicTest> validOnesAreAccepted() {
    return CrdCase.all().stream()
        .filter(CrdCase::valid)
        .map(c -> dynamicTest(c.file(), () -> assertThat(create(c)).contains("\"uid\"")));
  }

  @TestFactory
  Stream<DynamicTest> invalidOnesAreRefusedWithAMessageThatHelps() {
    return CrdCase.all().stream()
        .filter(CrdCase::invalid)
        .map(c -> dynamicTest(c.file(), () -> assertRefused(c)));
  }

  /** Cases without a story must not fall behind the API. */
  @TestFactory
  Stream<DynamicTest> resourcesOfPendingFieldCasesAreCurrent() throws IOException {
    Path folder = Cluster.root().resolve("e2e/field/pending");
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
    return files.stream().map(f -> dynamicTest(f.getFileName().toString(), () -> assertCurrent(f)));
  }

  private static void assertCurrent(Path file) {
    List<CrdCase> resources = CrdCase.ofField(file);

    assertThat(resources).isNotEmpty();
    List<String> expected = new ArrayList<>(resources.get(0).expected());
    for (CrdCase resource : resources) {
      if (expected.isEmpty()) {
        assertThat(create(resource)).contains("\"uid\"");
      } else {
        KubernetesClientException refusal =
            catchThrowableOfType(KubernetesClientException.class, () -> create(resource));
        assertThat(refusal.getMessage()).containsAnyOf(expected.toArray(String[]::new));
      }
    }
  }

  @Test
  void noFileIsLeftUnused() {
    assertThat(CrdCase.all())
        .isNotEmpty()
        .allSatisfy(c -> assertThat(c.valid() || c.invalid()).as(c.file()).isTrue())
        .allSatisfy(c -> assertThat(c.expected().isEmpty()).as(c.file()).isEqualTo(c.valid()));
  }

  @ParameterizedTest
  @FieldSource("WRITTEN_BY_USERS")
  void everyRuleIsProvedByACase(String kind) {
    String file = "crds/%ss.wstuning.dev.yaml".formatted(kind.toLowerCase(Locale.ROOT));
    CustomResourceDefinition crd =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .load(read(Cluster.root().resolve(file)))
            .item();
    JSONSchemaProps schema = crd.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    List<String> proved = CrdCase.all().stream().flatMap(c -> c.expected().stream()).toList();

    assertThat(messages(schema)).isNotEmpty().isSubsetOf(proved);
  }

  /** The fixed messages of all rules below {@code schema}. */
  private static List<String> messages(JSONSchemaProps schema) {
    Stream<JSONSchemaProps> fields = schema.getProperties().values().stream();
    Stream<JSONSchemaProps> elements =
        Stream.ofNullable(schema.getItems()).map(JSONSchemaPropsOrArray::getSchema);
    return Stream.concat(
            schema.getXKubernetesValidations().stream()
                .map(ValidationRule::getMessage)
                .filter(Objects::nonNull),
            Stream.concat(fields, elements).flatMap(s -> messages(s).stream()))
        .toList();
  }

  private static void assertRefused(CrdCase c) {
    KubernetesClientException refusal =
        catchThrowableOfType(KubernetesClientException.class, () -> create(c));

    assertThat(refusal).as("the API server accepted %s", c.file()).isNotNull();
    assertThat(refusal.getMessage()).contains(c.expected());
  }

  private static String create(CrdCase c) {
    return client.raw(CREATE.formatted(c.resource()), "POST", c.json());
  }

  private static InputStream read(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }
}
