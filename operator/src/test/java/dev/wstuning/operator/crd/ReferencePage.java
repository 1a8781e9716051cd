package dev.wstuning.operator.crd;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The reference of all fields as a page: the same words as {@code kubectl explain}. */
final class ReferencePage {

  private static final String INTRODUCTION =
      """
      <!-- Generated from the classes of dev.wstuning.operator.api.v1alpha1 and the enums Sysctl, NodeSysctl.
           Edit those, then run: make crds -->
      # Reference: WebSocketTuning, wstuning.dev/v1alpha1

      This page lists every field of the resources, and what the API server refuses.

      %s It is namespaced; its short name is `wst`. `kubectl explain wst.spec.keepalive`, and so on, shows the same.

      """;

  private static final String SYSCTLS =
      """

      ## Keys of spec.sysctls

      All of them belong to the pod's network namespace. Without a privileged init container only the keys
      that Kubernetes calls safe are possible. Write the three of TCP keepalive as `spec.keepalive`.

      | Key | Value | Safe since Kubernetes |
      |---|---|---|
      """;

  private static final String RULES =
      """

      ## What the API server refuses

      Apart from values that are out of the bounds above, with these messages:

      """;

  private ReferencePage() {}

  static String render() {
    JSONSchemaProps tuning = Crd.schema(WebSocketTuning.class);
    return INTRODUCTION.formatted(tuning.getDescription())
        + table("spec", "spec", tuning)
        + "\n"
        + table("status", "status", tuning)
        + SYSCTLS
        + lines(Arrays.stream(Sysctl.values()).map(ReferencePage::row))
        + RULES
        + lines(messages(tuning))
        + NodeReference.render();
  }

  static String table(String title, String name, JSONSchemaProps root) {
    JSONSchemaProps schema = root.getProperties().get(name);
    return "## "
        + title
        + "\n\n| Field | Type | Bounds | Default | Meaning |\n|---|---|---|---|---|\n"
        + lines(rows("", schema));
  }

  private static Stream<String> rows(String prefix, JSONSchemaProps schema) {
    return schema.getProperties().entrySet().stream()
        .flatMap(
            field -> {
              JSONSchemaProps type = field.getValue();
              boolean list = "array".equals(type.getType());
              String name = prefix + field.getKey() + (list ? "[]" : "");
              boolean required = schema.getRequired().contains(field.getKey());
              return Stream.concat(
                  Stream.of(row(name, type, required)),
                  rows(name + ".", list ? type.getItems().getSchema() : type));
            });
  }

  private static String row(String name, JSONSchemaProps schema, boolean required) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            name,
            type(schema) + (required ? ", required" : ""),
            Bounds.of(schema),
            schema.getDefault() == null ? "" : "`" + schema.getDefault().asText() + "`",
            schema.getDescription());
  }

  private static String type(JSONSchemaProps schema) {
    if (schema.getAdditionalProperties() != null) {
      return "map of " + schema.getAdditionalProperties().getSchema().getType() + "s";
    }
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      return "quantity";
    }
    return "array".equals(schema.getType())
        ? "list of " + type(schema.getItems().getSchema()) + "s"
        : schema.getType();
  }

  private static String row(Sysctl sysctl) {
    String value = sysctl.expected().substring((sysctl.key() + " takes ").length());
    return "| `%s` | %s | %s |".formatted(sysctl.key(), value, safeSince(sysctl));
  }

  static String safeSince(Sysctl sysctl) {
    Optional<Integer> minor = IntStream.range(0, 100).boxed().filter(sysctl::safeIn).findFirst();
    return minor.map(m -> "1." + m).orElse("never");
  }

  static Stream<String> messages(JSONSchemaProps schema) {
    JSONSchemaProps items = schema.getItems() == null ? null : schema.getItems().getSchema();
    return Stream.of(
            schema.getXKubernetesValidations().stream()
                .filter(rule -> rule.getFieldPath() == null)
                .map(rule -> "* " + rule.getMessage()),
            schema.getProperties().values().stream().flatMap(ReferencePage::messages),
            Stream.ofNullable(items).flatMap(ReferencePage::messages))
        .flatMap(messages -> messages);
  }

  static String lines(Stream<String> lines) {
    return lines.map(line -> line + "\n").collect(Collectors.joining());
  }
}
