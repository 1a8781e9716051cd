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
        Grant openFiles,
    @JsonPropertyDescription("Whose pods the agent tunes. Present if it may tune pods.")
        PodTuning pods) {

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

  /** {@code pods}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PodTuning(
      @Required
          @Size(min = 1, max = 63)
          @JsonPropertyDescription("The WebSocketNodeTuning that allows it.")
          String tuning,
      @Min(10)
          @Max(600)
          @JsonPropertyDescription(
              "How many seconds pass between two reports of which nothing but counts differs. The"
                  + " more nodes there are, the more. Absent: 10.")
          Integer countsEverySeconds) {

    /** What is meant if the field is absent. */
    public static final int COUNTS_EVERY_SECONDS = 10;

    public int countsEverySecondsOrDefault() {
      return countsEverySeconds == null ? COUNTS_EVERY_SECONDS : countsEverySeconds;
    }
  }

  /** The same with that time between reports of counts, if the agent may tune pods. */
  public WebSocketNodeStateSpec countingEvery(int seconds) {
    return pods == null
        ? this
        : new WebSocketNodeStateSpec(
            sysctls,
            openFiles,
            new PodTuning(
                pods.tuning(), seconds == PodTuning.COUNTS_EVERY_SECONDS ? null : seconds));
  }

  public List<WantedSetting> sysctlsOrEmpty() {
    return sysctls == null ? List.of() : sysctls;
  }
}
