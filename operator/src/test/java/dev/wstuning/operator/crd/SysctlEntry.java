package dev.wstuning.operator.crd;

import dev.wstuning.operator.sysctl.SysctlKey;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Renders a closed list of keys into the schema of an entry with a name and a value. */
final class SysctlEntry {

  private SysctlEntry() {}

  /**
   * @param supportedName the rule for the name, whose message says what to write instead
   */
  static void render(
      JSONSchemaProps entry, List<? extends SysctlKey> keys, ValidationRule supportedName) {
    SchemaRules.at(entry, "name")
        .setDescription(
            keys.stream()
                .map(SysctlEntry::explain)
                .collect(Collectors.joining("; ", "The key, one of: ", ".")));
    SchemaRules.at(entry, "value").setPattern("^[0-9]+( [0-9]+){0,2}$");

    List<ValidationRule> rules = new ArrayList<>();
    rules.add(supportedName);
    keys.stream().map(ValueRule::of).forEach(rules::add);
    entry.setXKubernetesValidations(rules);
  }

  private static String explain(SysctlKey key) {
    String fields = key.fields() == 1 ? "" : key.fields() + " ascending numbers, ";
    return "%s (%s%d to %d)".formatted(key.key(), fields, key.min(), key.max());
  }
}
