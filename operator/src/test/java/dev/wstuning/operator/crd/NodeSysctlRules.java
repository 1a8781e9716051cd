package dev.wstuning.operator.crd;

import dev.wstuning.operator.importing.KeyName;
import dev.wstuning.operator.sysctl.NodeSysctl;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Renders {@link NodeSysctl} into the schema of one entry of a node tuning's sysctls. */
final class NodeSysctlRules {

  private NodeSysctlRules() {}

  static void apply(JSONSchemaProps entry) {
    SysctlEntry.render(entry, List.of(NodeSysctl.values()), supportedName());
  }

  static String keys(String delimiter) {
    return Arrays.stream(NodeSysctl.values())
        .map(NodeSysctl::key)
        .collect(Collectors.joining(delimiter));
  }

  private static List<String> olderNames() {
    return KeyName.OTHERS.get(NodeSysctl.NF_CONNTRACK_MAX.key());
  }

  private static ValidationRule supportedName() {
    String podKeys =
        Arrays.stream(Sysctl.values()).map(Sysctl::key).collect(Collectors.joining("', '"));
    return new ValidationRuleBuilder()
        .withRule("self.name in ['%s']".formatted(keys("', '")))
        .withMessageExpression(
            ("self.name in ['%s'] ? self.name + ' is an older name: write '"
                    + " + 'net.netfilter.nf_conntrack_max' : "
                    + "self.name in ['%s']"
                    + " ? self.name + ' belongs to the network namespace of each pod: write it in a"
                    + " WebSocketTuning'"
                    + " : self.name + ' is not supported: write one of %s'")
                .formatted(String.join("', '", olderNames()), podKeys, keys(", ")))
        .withFieldPath(".name")
        .build();
  }
}
