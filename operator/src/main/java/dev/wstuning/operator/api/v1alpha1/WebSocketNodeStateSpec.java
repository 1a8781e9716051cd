package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Policy;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * What the agent of a node must do, with conflicts resolved. If it is empty, the agent restores the
 * original values. An empty list is written as such, because server-side apply makes null of an
 * object that loses its last field.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebSocketNodeStateSpec(
    @Size(max = 16) @JsonPropertyDescription("The settings that the node must have.")
        List<WantedSetting> sysctls,
    @JsonPropertyDescription("What the agent may grant. Present if it must grant open files.")
        Grant openFiles) {

  /** One setting. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record WantedSetting(
      @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The key.") String name,
      @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The value.") String value,
      @Required
          @JsonPropertyDescription(
              "How the value is applied. AtLeast: raises the node's value and never lowers it."
                  + " Exactly: writes this value.")
          Policy policy,
      @Required
          @Size(min = 1, max = 63)
          @JsonPropertyDescription("The WebSocketNodeTuning that wants it.")
          String tuning) {}

  /** {@code openFiles}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Grant(
      @Required
          @Min(1024)
          @Max(1073741816L)
          @JsonPropertyDescription("Highest limit of open files that the agent grants.")
          Long maximum,
      @Required
          @Size(min = 1, max = 63)
          @JsonPropertyDescription("The WebSocketNodeTuning that wants it.")
          String tuning) {}

  public List<WantedSetting> sysctlsOrEmpty() {
    return sysctls == null ? List.of() : sysctls;
  }
}
