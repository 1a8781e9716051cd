package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.deadpeer.DeadPeerTarget;
import dev.wstuning.operator.sysctl.NodeSysctl;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What users see of the CRD in kubectl: explained, bounded, and in a readable order. */
class CrdSchemaTest {

  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          WebSocketTuning.class,
          WebSocketNodeTuning.class,
          WebSocketNodeState.class,
          WebSocketPodPlan.class,
          WebSocketNodeReport.class);
  private static final List<Class<? extends HasMetadata>> WITH_CONDITIONS =
      List.of(WebSocketTuning.class, WebSocketNodeTuning.class, WebSocketNodeState.class);

  private static final List<Class<? extends HasMetadata>> WRITTEN_BY_USERS =
      List.of(WebSocketTuning.class, WebSocketNodeTuning.class);

  private static final List<Class<? extends HasMetadata>> BETWEEN_OPERATOR_AND_AGENTS =
      List.of(WebSocketPodPlan.class, WebSocketNodeReport.class);

  private final JSONSchemaProps root = Crd.schema(WebSocketTuning.class);

  @ParameterizedTest
  @FieldSource("KINDS")
  void everyFieldIsDescribed(Class<? extends HasMetadata> kind) {
    Map<String, JSONSchemaProps> all = fields("", Crd.schema(kind));
    all.keySet().removeAll(List.of(".apiVersion", ".kind", ".metadata"));
    assertThat(all)
        .isNotEmpty()
        .allSatisfy((path, field) -> assertThat(field.getDescription()).as(path).isNotBlank());
  }

  @ParameterizedTest
  @FieldSource("WRITTEN_BY_USERS")
  void everythingThatAUserWritesIsBounded(Class<? extends HasMetadata> kind) {
    assertThat(fields("spec", SchemaRules.at(Crd.schema(kind), "spec")))
        .isNotEmpty()
        .allSatisfy((path, field) -> assertThat(isBounded(field)).as(path).isTrue());
  }

  /** A faulty writer must not be able to fill the API server's store. */
  @ParameterizedTest
  @FieldSource("BETWEEN_OPERATOR_AND_AGENTS")
  void whatGoesBetweenOperatorAndAgentsIsBounded(Class<? extends HasMetadata> kind) {
    Map<String, JSONSchemaProps> all = fields("", Crd.schema(kind));
    all.keySet().removeAll(List.of(".apiVersion", ".kind", ".metadata"));
    assertThat(all)
        .isNotEmpty()
        .allSatisfy((path, field) -> assertThat(isBounded(field)).as(path).isTrue());
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void numbersHaveAWidth(Class<? extends HasMetadata> kind) {
    assertThat(fields("", Crd.schema(kind)))
        .allSatisfy(
            (path, field) -> {
              if ("integer".equals(field.getType())) {
                assertThat(field.getFormat()).as(path).isIn("int32", "int64");
              }
            });
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void textsOfAStatusAreBounded(Class<? extends HasMetadata> kind) {
    JSONSchemaProps status = Crd.schema(kind).getProperties().get("status");
    assertThat(status == null ? Map.<String, JSONSchemaProps>of() : fields("status", status))
        .allSatisfy(
            (path, field) -> {
              JSONSchemaProps text =
                  field.getItems() == null ? field : field.getItems().getSchema();
              if ("string".equals(text.getType())) {
                assertThat(isBounded(text)).as(path).isTrue();
              }
            });
  }

  @ParameterizedTest
  @FieldSource("WITH_CONDITIONS")
  void conditionsAreKubernetesConditions(Class<? extends HasMetadata> kind) {
    JSONSchemaProps conditions = SchemaRules.at(Crd.schema(kind), "status", "conditions");

    assertThat(conditions.getXKubernetesListMapKeys()).containsExactly("type");
    assertThat(SchemaRules.at(conditions, "observedGeneration").getMinimum()).isZero();
    assertThat(SchemaRules.at(conditions, "lastTransitionTime").getFormat()).isEqualTo("date-time");
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void noRuleIsThereTwice(Class<? extends HasMetadata> kind) {
    JSONSchemaProps schema = Crd.schema(kind);
    Map<String, JSONSchemaProps> all = fields("", schema);
    all.put("", schema);
    assertThat(all)
        .allSatisfy(
            (path, field) ->
                assertThat(field.getXKubernetesValidations()).as(path).doesNotHaveDuplicates());
  }

  @Test
  void columnsComeAsDeclaredWithTheVerdictFirst() {
    assertThat(columns(WebSocketTuning.class))
        .containsExactly(
            "Mode", "Ready", "Effective", "Open Files", "Dead Peer", "Reason", "Age", "Message");
    assertThat(columns(WebSocketNodeTuning.class))
        .containsExactly("Ready", "Nodes", "Open Files", "Reason", "Age", "Message");
    assertThat(columns(WebSocketNodeState.class))
        .containsExactly("Ready", "Serving", "Limit", "Reason", "Age", "Message");
    assertThat(columns(WebSocketPodPlan.class)).containsExactly("Via", "Plan", "Age");
    assertThat(columns(WebSocketNodeReport.class)).containsExactly("Left Out", "Age");
  }

  private static List<String> columns(Class<? extends HasMetadata> kind) {
    return Crd.generate(kind).getSpec().getVersions().get(0).getAdditionalPrinterColumns().stream()
        .map(CustomResourceColumnDefinition::getName)
        .toList();
  }

  @Test
  void everySysctlOfANodeIsExplained() {
    assertThat(
            SchemaRules.at(Crd.schema(WebSocketNodeTuning.class), "spec", "sysctls", "name")
                .getDescription())
        .contains(Arrays.stream(NodeSysctl.values()).map(s -> s.key() + " (").toList());
  }

  @Test
  void everySysctlIsExplainedUnlessKeepaliveSetsIt() {
    String explanation = SchemaRules.at(root, "spec", "sysctls", "name").getDescription();
    for (Sysctl sysctl : Sysctl.values()) {
      assertThat(explanation.contains(sysctl.key() + " ("))
          .as(sysctl.key())
          .isEqualTo(!sysctl.keepalive());
    }
  }

  @Test
  void theSmallestPromiseIsTheOneThatCanBeKept() {
    JSONSchemaProps withinSeconds = SchemaRules.at(root, "spec", "deadPeers", "withinSeconds");

    assertThat(withinSeconds.getMinimum()).isEqualTo(DeadPeerTarget.SMALLEST);
    assertThat(withinSeconds.getMaximum()).isEqualTo(DeadPeerTarget.LARGEST);
  }

  /** Fields by path, those inside lists too; the elements of a list are called {@code []}. */
  private static Map<String, JSONSchemaProps> fields(String prefix, JSONSchemaProps schema) {
    Map<String, JSONSchemaProps> fields = new LinkedHashMap<>();
    schema
        .getProperties()
        .forEach(
            (name, field) -> {
              String path = prefix + "." + name;
              fields.put(path, field);
              fields.putAll(fields(path, field));
              if (field.getItems() != null) {
                fields.putAll(fields(path + "[]", field.getItems().getSchema()));
              }
            });
    return fields;
  }

  private static boolean isBounded(JSONSchemaProps field) {
    if (Boolean.TRUE.equals(field.getXKubernetesIntOrString())) {
      return field.getMaxLength() != null; // numbers are bounded by a rule
    }
    return switch (field.getType()) {
      case "boolean" -> true;
      case "string" -> field.getMaxLength() != null || !field.getEnum().isEmpty();
      case "integer" -> field.getMinimum() != null && field.getMaximum() != null;
      case "array" -> field.getMaxItems() != null && isBounded(field.getItems().getSchema());
      case "object" ->
          !field.getProperties().isEmpty()
              || (field.getMaxProperties() != null
                  && isBounded(field.getAdditionalProperties().getSchema()));
      default -> false;
    };
  }
}
