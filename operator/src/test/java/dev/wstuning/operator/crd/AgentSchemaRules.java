package dev.wstuning.operator.crd;

import static dev.wstuning.operator.crd.SchemaRules.at;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;

/** What the generator's annotations cannot say about what goes between operator and agents. */
final class AgentSchemaRules {

  private AgentSchemaRules() {}

  static void applyToPlan(JSONSchemaProps root) {
    root.setDescription(
        "The resolved plan of the WebSocketTuning with the same name, which the agents of nodes read."
            + " The operator writes it; do not edit it.");
    root.setRequired(List.of("spec"));
    root.getProperties().remove("status"); // the generator makes an empty object of Void
    at(root, "spec").setDescription("Which pods the tuning owns, and what they get.");
    SchemaRules.tidy(root);
    at(root, "spec", "created").setFormat("date-time");
    SchemaRules.selector(at(root, "spec", "selector"));
  }

  static void applyToReport(JSONSchemaProps root) {
    root.setDescription(
        "What the agent of the node with the same name did to pods, and counts of them. That agent"
            + " writes it; do not edit it.");
    root.getProperties().remove("spec");
    at(root, "status")
        .setDescription("The pods of the node, as the agent and its kernel see them.");
    SchemaRules.tidy(root);
    at(root, "status", "pods", "connections", "since").setFormat("date-time");
  }
}
