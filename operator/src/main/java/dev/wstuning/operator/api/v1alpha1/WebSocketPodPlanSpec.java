package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A tuning as the agents of nodes need it: which pods it owns, and what these get. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketPodPlanSpec(
    @Required
        @Size(max = 64)
        @JsonPropertyDescription(
            "When the WebSocketTuning was created (RFC 3339). If several select a pod, the oldest"
                + " owns it; of equally old ones the first by name.")
        String created,
    @Required
        @JsonPropertyDescription(
            "What tunes the pods. Admission: the agents leave them alone; the plan is only there"
                + " to show whose they are.")
        Via via,
    @Required @JsonPropertyDescription("Selects the pods of this namespace, as in the tuning.")
        Selector selector,
    @Size(max = 64)
        @JsonPropertyDescription(
            "What the agent applies, as arguments of the tuner. Absent if it sets neither sysctls"
                + " nor socket options.")
        List<@Size(max = 512) @Pattern(WebSocketPodPlanSpec.ARGUMENT) String> arguments,
    @Size(max = 64) @JsonPropertyDescription("Hash of the settings. Absent if pods are not tuned.")
        String plan,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The container that runs the WebSocket server, if the tuning names it.")
        String container,
    @JsonPropertyDescription("The limits of open files of the server's container.")
        OpenFilesRange openFiles) {

  /** One argument: none names a file, or a key outside of the pod's network namespace. */
  public static final String ARGUMENT =
      "^(apply"
          + "|--plan=v[0-9]{1,3}:[0-9a-f]{12}"
          + "|--on-error=(start|hold)"
          + "|--keepalive=[0-9]{1,5}/[0-9]{1,5}/[0-9]{1,3}"
          + "|--user-timeout=[0-9]{1,5}"
          + "|--override"
          + "|net\\.[a-z0-9_.]{1,60}=[0-9]{1,20}( [0-9]{1,20}){0,7})$";

  /** Limits of open files; either may be absent. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFilesRange(
      @Min(WebSocketTuningSpec.OpenFiles.FEWEST)
          @Max(WebSocketTuningSpec.OpenFiles.MOST)
          @JsonPropertyDescription("Smallest soft limit that suffices. A lower one is raised.")
          Long minimum,
      @Min(WebSocketTuningSpec.OpenFiles.FEWEST)
          @Max(WebSocketTuningSpec.OpenFiles.MOST)
          @JsonPropertyDescription("Largest limit that the server may have.")
          Long maximum) {}

  public List<String> argumentsOrEmpty() {
    return arguments == null ? List.of() : arguments;
  }
}
