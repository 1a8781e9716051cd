package dev.wstuning.operator.crd;

import dev.wstuning.operator.tuning.NodeSysctl;
import dev.wstuning.operator.tuning.Sysctl;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Renders {@link NodeSysctl} into the schema of one entry of a node tuning's sysctls. */
final class NodeSysctlRules {

  private NodeSysctlRules() {}

  static void apply(JSONSchemaProps entry) {
    SchemaRules.at(entry, "name")
        .setDescription(
            Arrays.stream(NodeSysctl.values())
                .map(NodeSysctlRules::explain)
                .collect(Collectors.joining("; ", "The key, one of: ", ".")));
    SchemaRules.at(entry, "value").setPattern("^[0-9]+( [0-9]+){0,2}$");

    List<ValidationRule> rules = new ArrayList<>();
    rules.add(supportedName());
    Arrays.stream(NodeSysctl.values())
        .map(s -> ValueRule.of(s.key(), s.fields(), s.min(), s.max(), s.expected()))
        .forEach(rules::add);
    entry.setXKubernetesValidations(rules);
  }

  static String keys(String delimiter) {
    return Arrays.stream(NodeSysctl.values())
        .map(NodeSysctl::key)
        .collect(Collectors.joining(delimiter));
  }

  private static String explain(NodeSysctl sysctl) {
    String fields = sysctl.fields() == 1 ? "" : sysctl.fields() + " ascending numbers, ";
    return "%s (%s%d to %d)".formatted(sysctl.key(), fields, sysctl.min(), sysctl.max());
  }

  private static ValidationRule supportedName() {
    String podKeys =
        Arrays.stream(Sysctl.values()).map(Sysctl::key).collect(Collectors.joining("', '"));
    return new ValidationRuleBuilder()
        .withRule("self.name in ['%s']".formatted(keys("', '")))
        .withMessageExpression(
            ("self.name in ['%s']"
                    + " ? self.name + ' belongs to the network namespace of each pod: write it in a"
                    + " WebSocketTuning'"
                    + " : self.name + ' is not supported: write one of %s'")
                .formatted(podKeys, keys(", ")))
        .withFieldPath(".name")
        .build();
  }
}
