package dev.wstuning.operator.crd;

import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Renders {@link Sysctl} into the schema of one entry of {@code spec.sysctls}. The name is no enum
 * there, because the message of an enum cannot say what to write instead.
 */
final class SysctlRules {

  /**
   * Further keys that people look for here, and that no pod can have for itself. The few of fs and
   * kernel that belong to the IPC namespace are not among them.
   */
  private static final String OF_THE_NODE =
      "self.name in ['net.ipv4.udp_mem', 'net.core.rmem_default', 'net.core.wmem_default']"
          + " || (self.name.matches('^(fs|vm|kernel|net[.]netfilter)[.]')"
          + " && !self.name.matches('^(fs[.]mqueue|kernel[.](shm|msg|sem))'))";

  private SysctlRules() {}

  static void apply(JSONSchemaProps entry) {
    SysctlEntry.render(entry, supported(), supportedName());
  }

  /** The keys that have a place in {@code spec.sysctls}. */
  static List<Sysctl> supported() {
    return Arrays.stream(Sysctl.values()).filter(sysctl -> !sysctl.keepalive()).toList();
  }

  private static ValidationRule supportedName() {
    String keys = supported().stream().map(Sysctl::key).collect(Collectors.joining("', '"));
    return new ValidationRuleBuilder()
        .withRule("self.name in ['%s']".formatted(keys))
        .withMessageExpression(
            "self.name.startsWith('net.ipv4.tcp_keepalive') ? self.name + ' does not belong in"
                + " sysctls: write spec.keepalive instead, for example keepalive: {timeSeconds:"
                + " 300, intervalSeconds: 10, probes: 5}' : self.name in ['"
                + NodeSysctlRules.keys("', '")
                + "'] ? self.name + ' belongs to the node, not to a pod: write it in a"
                + " WebSocketNodeTuning'"
                + " : "
                + OF_THE_NODE
                + " ? self.name + ' belongs to the node, not to a pod: remove it, and set it on"
                + " the nodes by other means' : self.name + ' is not supported: write one of "
                + keys.replace("'", "")
                + "'")
        .withFieldPath(".name")
        .build();
  }
}
