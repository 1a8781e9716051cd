package dev.wstuning.operator.crd;

import dev.wstuning.operator.api.v1alpha1.Selector;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** What the generator's annotations cannot say about the schema. */
final class SchemaRules {

  private SchemaRules() {}

  static void apply(JSONSchemaProps root) {
    root.setDescription(
        "Tunes the selected WebSocket server pods of its namespace, and reports the settings"
            + " that they actually have.");
    root.setRequired(List.of("spec"));
    at(root, "spec")
        .setDescription(
            "What the selected pods should have. A setting that is"
                + " absent stays as the pod has it.");
    at(root, "status")
        .setDescription(
            "What the servers have, as measured in the pods. The operator writes" + " it.");
    tidy(root);

    conditions(at(root, "status", "conditions"));
    map(at(root, "spec", "sysctls"), "name");
    map(at(root, "spec", "ports"), "port");
    at(root, "spec", "ports").setMinItems(1L);
    map(at(root, "spec", "path"), "name");
    at(root, "spec", "methods", "sockets").setXKubernetesListType("set");
    at(root, "spec", "methods", "openFiles").setXKubernetesListType("set");
    memoryEach(at(root, "spec", "connections"));
    at(root, "status", "lastObservedTime").setFormat("date-time");
    at(root, "status", "injectingSince").setFormat("date-time");

    selector(at(root, "spec", "selector"));
    SysctlRules.apply(at(root, "spec", "sysctls").getItems().getSchema());
  }

  /** A quantity may be written as a number or as text, and both are bounded. */
  private static void memoryEach(JSONSchemaProps connections) {
    at(connections, "memoryEach").setMaxLength(20L);
    connections.setXKubernetesValidations(
        List.of(
            new ValidationRuleBuilder()
                .withRule(
                    "!has(self.memoryEach) || (type(self.memoryEach) == int"
                        + " ? self.memoryEach >= 1024 && self.memoryEach <= 1073741824"
                        + " : isQuantity(self.memoryEach)"
                        + " && quantity(self.memoryEach).compareTo(quantity('1Ki')) >= 0"
                        + " && quantity(self.memoryEach).compareTo(quantity('1Gi')) <= 0)")
                .withMessage(
                    "memoryEach must be an amount of memory from 1Ki to 1Gi: write for example"
                        + " memoryEach: 30Ki")
                .withFieldPath(".memoryEach")
                .build()));
  }

  /** The schema of a field; lists are stepped through. */
  static JSONSchemaProps at(JSONSchemaProps schema, String... path) {
    JSONSchemaProps current = schema;
    for (String name : path) {
      if (current.getItems() != null) {
        current = current.getItems().getSchema();
      }
      current = current.getProperties().get(name);
    }
    return current;
  }

  /** As in metav1.LabelSelector: one manager owns it as a whole, half a selector means nothing. */
  static void selector(JSONSchemaProps selector) {
    selector.setXKubernetesMapType("atomic");
    JSONSchemaProps labels = at(selector, "matchLabels");
    labels.getAdditionalProperties().setSchema(labelValue());
    labels.setXKubernetesValidations(
        List.of(
            new ValidationRuleBuilder()
                .withRule(
                    "self.all(k, k.matches(r'%s') && k.indexOf('/') <= 253)"
                        .formatted(Selector.KEY_PATTERN))
                .withMessage(
                    "a label's key is [prefix/]name: write for example app, or"
                        + " app.kubernetes.io/name; the name must have at most 63 characters")
                .build()));
  }

  private static JSONSchemaProps labelValue() {
    return new JSONSchemaPropsBuilder()
        .withType("string")
        .withMaxLength(63L)
        .withPattern(Selector.VALUE_PATTERN)
        .build();
  }

  /** As in metav1.Condition. */
  static void conditions(JSONSchemaProps list) {
    map(list, "type");
    at(list, "lastTransitionTime").setFormat("date-time");
    at(list, "observedGeneration").setMinimum(0.0);
  }

  static void map(JSONSchemaProps list, String key) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
  }

  /**
   * Rules of a record's component come out twice, which server-side apply refuses. Lists are atomic
   * unless said otherwise: that is the API server's default, made visible.
   */
  static void tidy(JSONSchemaProps schema) {
    List<ValidationRule> rules = schema.getXKubernetesValidations();
    schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(rules)));
    if ("array".equals(schema.getType())) {
      schema.setXKubernetesListType("atomic");
      tidy(schema.getItems().getSchema());
    }
    schema.getProperties().values().forEach(SchemaRules::tidy);
  }
}
