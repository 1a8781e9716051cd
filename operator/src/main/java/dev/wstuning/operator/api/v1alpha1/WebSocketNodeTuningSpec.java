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

/** What nodes must have. A setting that is absent stays as the node has it. */
@ValidationRule(
    value =
        "has(self.openFiles) || (has(self.sysctls) && size(self.sysctls) > 0)"
            + " || (has(self.pods) && self.pods == 'Allowed')",
    message = "nothing to tune: write sysctls, openFiles or pods: Allowed")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketNodeTuningSpec(
    @Required
        @JsonPropertyDescription(
            "Selects the nodes that are tuned, by at least one label. All nodes have"
                + " kubernetes.io/os: linux.")
        Selector nodeSelector,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Taints that are tolerated, as in a pod. A node with another taint of effect"
                + " NoSchedule or NoExecute is not selected, unless the taint came after the node was"
                + " tuned, or Kubernetes itself set it because of the node's condition"
                + " (node.kubernetes.io/...).")
        List<Toleration> tolerations,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Kernel settings of the node. Only listed keys are" + " supported.")
        List<NodeSysctlSetting> sysctls,
    @JsonPropertyDescription(
            "Lets the node agent grant open files to containers when they are created. Without"
                + " it, containers get the limit of the container runtime.")
        OpenFilesCeiling openFiles,
    @JsonPropertyDescription(
            "Whether the node agent may tune pods. Allowed: it tunes the pods of each"
                + " WebSocketTuning with via: NodeAgent when their containers are created, and"
                + " counts the connections of tuned pods. The agent then has capabilities that"
                + " docs/security.md explains. Never: it does neither. Absent: Never.")
        Pods pods) {

  /** Whether the node agent may tune pods. */
  public enum Pods {
    Never,
    Allowed
  }

  /** One entry of {@code tolerations}, with the meaning of a pod's. */
  @ValidationRule(
      value = "self.operator != 'Exists' || !has(self.value)",
      message = "Exists takes no value: leave value out, or write operator: Equal")
  @ValidationRule(
      value = "self.operator == 'Exists' || has(self.key)",
      message =
          "Equal needs a key: write a key, or write operator: Exists, which tolerates every"
              + " taint if it has no key")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Toleration(
      @Size(min = 1, max = 317) @JsonPropertyDescription("The taint's key. Absent: every key.")
          String key,
      @Default("Equal")
          @JsonPropertyDescription(
              "How the taint's value is compared. Equal: it is this value." + " Exists: any value.")
          TolerationOperator operator,
      @Size(max = 63) @JsonPropertyDescription("The taint's value, for Equal.") String value,
      @JsonPropertyDescription("The taint's effect. Absent: every effect.") TaintEffect effect) {

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
              "The value, in quotes: whole numbers, separated by single spaces if the key takes"
                  + " several.")
          String value,
      @Default("AtLeast")
          @JsonPropertyDescription(
              "How the value is applied. AtLeast: raises the node's value, number by number,"
                  + " and never lowers it. Exactly: writes this value.")
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
          @Min(OpenFilesCeiling.FEWEST)
          @Max(1073741816L)
          @JsonPropertyDescription(
              "Highest limit of open files (RLIMIT_NOFILE) that the node agent grants to a"
                  + " container. It never grants more than the node's fs.nr_open.")
          Long maximum) {

    public static final long FEWEST = 1024;
  }

  public boolean podsAllowed() {
    return pods == Pods.Allowed;
  }

  public List<Toleration> tolerationsOrEmpty() {
    return tolerations == null ? List.of() : tolerations;
  }

  public List<NodeSysctlSetting> sysctlsOrEmpty() {
    return sysctls == null ? List.of() : sysctls;
  }
}
