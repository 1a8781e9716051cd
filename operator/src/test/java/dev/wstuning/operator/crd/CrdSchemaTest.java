package dev.wstuning.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.tuning.DeadPeers;
import dev.wstuning.operator.tuning.Sysctl;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What users see of the CRD in kubectl: explained, bounded, and in a readable order. */
class CrdSchemaTest {

  private final CustomResourceDefinitionVersion version =
      Crd.generate().getSpec().getVersions().get(0);
  private final JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();

  @Test
  void everyFieldIsDescribed() {
    assertThat(fields("spec", SchemaRules.at(root, "spec")))
        .allSatisfy((path, field) -> assertThat(field.getDescription()).as(path).isNotBlank());
    assertThat(fields("status", SchemaRules.at(root, "status")))
        .allSatisfy((path, field) -> assertThat(field.getDescription()).as(path).isNotBlank());
  }

  @Test
  void everythingThatAUserWritesIsBounded() {
    assertThat(fields("spec", SchemaRules.at(root, "spec")))
        .isNotEmpty()
        .allSatisfy((path, field) -> assertThat(isBounded(field)).as(path).isTrue());
  }

  @Test
  void noRuleIsThereTwice() {
    Map<String, JSONSchemaProps> all = fields("", root);
    all.put("", root);
    assertThat(all)
        .allSatisfy(
            (path, field) ->
                assertThat(field.getXKubernetesValidations()).as(path).doesNotHaveDuplicates());
  }

  @Test
  void columnsComeAsDeclaredWithTheVerdictFirst() {
    assertThat(version.getAdditionalPrinterColumns())
        .extracting(CustomResourceColumnDefinition::getName)
        .containsExactly(
            "Ready", "Effective", "Open Files", "Dead Peer", "Reason", "Age", "Message");
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
    assertThat(SchemaRules.at(root, "spec", "deadPeers").getXKubernetesValidations())
        .extracting(rule -> rule.getRule())
        .containsExactly("self.withinSeconds >= " + DeadPeers.SMALLEST);
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
    return switch (field.getType()) {
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
