package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What nodes must have. What is absent is left as the node has it. */
@ValidationRule(
    value = "has(self.openFiles) || (has(self.sysctls) && size(self.sysctls) > 0)",
    message = "nothing is asked for: write sysctls or openFiles")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketNodeTuningSpec(
    @Required
        @JsonPropertyDescription(
            "The nodes that are tuned. It must select by at least one label; all nodes have"
                + " kubernetes.io/os: linux.")
        Selector nodeSelector,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Taints that do not matter, as in a pod. A node with another taint of effect NoSchedule or"
                + " NoExecute is not selected, unless Kubernetes itself set it for the node's condition"
                + " (node.kubernetes.io/...).")
        List<Toleration> tolerations,
    @Size(max = 16) @JsonPropertyDescription("Settings of the node, from a closed list of keys.")
        List<NodeSysctlSetting> sysctls,
    @JsonPropertyDescription(
            "Lets the node agent grant open files to containers when they are created. Without it"
                + " containers get what the container runtime gives.")
        OpenFilesCeiling openFiles) {

  /** One entry of {@code tolerations}, with the meaning of a pod's. */
  @ValidationRule(
      value = "self.operator != 'Exists' || !has(self.value)",
      message = "Exists takes no value: leave value out, or write operator: Equal")
  @ValidationRule(
      value = "self.operator == 'Exists' || has(self.key)",
      message =
          "Equal needs a key: write one, or operator: Exists, which without a key tolerates all")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Toleration(
      @Size(min = 1, max = 317) @JsonPropertyDescription("The taint's key; absent: every key.")
          String key,
      @Default("Equal")
          @JsonPropertyDescription("Equal: the taint has this value. Exists: whatever its value.")
          TolerationOperator operator,
      @Size(max = 63) @JsonPropertyDescription("The taint's value, for Equal.") String value,
      @JsonPropertyDescription("The taint's effect; absent: every effect.") TaintEffect effect) {

    public TolerationOperator operatorOrDefault() {
      return operator == null ? TolerationOperator.Equal : operator;
    }
  }

  public enum TolerationOperator {
    Equal,
    Exists
  }

  public enum TaintEffect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute
  }

  /** One entry of {@code sysctls}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NodeSysctlSetting(
      @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The key.") String name,
      @Required
          @Size(min = 1, max = 64)
          @JsonPropertyDescription(
              "The value, in quotes: whole numbers, separated by single blanks where the key"
                  + " takes several.")
          String value,
      @Default("AtLeast")
          @JsonPropertyDescription(
              "AtLeast: raises the node's value, number by number, and never lowers it. Exactly:"
                  + " writes this value.")
          Policy policy) {

    public Policy policyOrDefault() {
      return policy == null ? Policy.AtLeast : policy;
    }
  }

  public enum Policy {
    AtLeast,
    Exactly
  }

  /** {@code openFiles}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFilesCeiling(
      @Required
          @Min(1024)
          @Max(1073741816L)
          @JsonPropertyDescription(
              "Highest limit of open files (RLIMIT_NOFILE) that the node agent grants to a"
                  + " container. It never grants more than the node's fs.nr_open.")
          Long maximum) {}

  public List<Toleration> tolerationsOrEmpty() {
    return tolerations == null ? List.of() : tolerations;
  }

  public List<NodeSysctlSetting> sysctlsOrEmpty() {
    return sysctls == null ? List.of() : sysctls;
  }
}
