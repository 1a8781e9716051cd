package dev.wstuning.operator.crd;

import static dev.wstuning.operator.crd.SchemaRules.at;

import dev.wstuning.operator.api.v1alpha1.Selector;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;

/** What the generator's annotations cannot say about the schemas of the node side. */
final class NodeSchemaRules {

  private NodeSchemaRules() {}

  static void applyToTuning(JSONSchemaProps root) {
    root.setDescription(
        "Sets on nodes what pods cannot set themselves, lets the node agent grant open files,"
            + " and reports what the nodes have.");
    root.setRequired(List.of("spec"));
    at(root, "spec")
        .setDescription(
            "What the selected nodes should have. A setting that is absent stays as"
                + " the node has it.");
    at(root, "status")
        .setDescription("What the nodes have, as read on them. The operator writes it.");
    SchemaRules.tidy(root);

    SchemaRules.conditions(at(root, "status", "conditions"));
    SchemaRules.map(at(root, "spec", "sysctls"), "name");
    nodeSelector(at(root, "spec", "nodeSelector"));
    at(root, "spec", "tolerations", "key").setPattern(Selector.KEY_PATTERN);
    at(root, "spec", "tolerations", "value").setPattern(Selector.VALUE_PATTERN);
    NodeSysctlRules.apply(at(root, "spec", "sysctls").getItems().getSchema());
  }

  static void applyToNode(JSONSchemaProps root) {
    root.setDescription(
        "The state of one node that is or was tuned: what its agent must do, and what it did."
            + " The operator and the agent write it; do not edit it.");
    at(root, "spec")
        .setDescription(
            "What the agent must do. If it is empty, the agent restores" + " the original values.");
    at(root, "status")
        .setDescription("What the agent did and what it sees, and the operator's" + " conditions.");
    SchemaRules.tidy(root);

    SchemaRules.conditions(at(root, "status", "conditions"));
    SchemaRules.map(at(root, "status", "settings"), "name");
    NodeSysctlRules.apply(at(root, "spec", "sysctls").getItems().getSchema());
  }

  /** The selector of pods, in words for nodes. */
  private static void nodeSelector(JSONSchemaProps selector) {
    SchemaRules.selector(selector);
    selector
        .getXKubernetesValidations()
        .forEach(
            rule ->
                rule.setMessage(
                    "nodeSelector must not be empty: write matchLabels, for example"
                        + " {kubernetes.io/os: linux}"));
    at(selector, "matchLabels")
        .setDescription("Labels that a node must have, for example {kubernetes.io/os: linux}.");
  }
}
