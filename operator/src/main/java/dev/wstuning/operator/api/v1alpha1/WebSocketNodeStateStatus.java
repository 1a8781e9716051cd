package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What the agent of a node did and sees there. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebSocketNodeStateStatus(
    @JsonPropertyDescription("The generation whose spec the agent applied.")
        Long observedGeneration,
    @Size(max = 64)
        @JsonPropertyDescription(
            "The boot of the node's kernel in which it did. Settings and originals of another boot"
                + " mean nothing.")
        String bootID,
    @Size(max = 64) @JsonPropertyDescription("The agent's version.") String agent,
    @Size(max = 32) @JsonPropertyDescription("The settings that are, or still have to be restored.")
        List<AppliedSetting> settings,
    @JsonPropertyDescription("Whether open files are granted, and how many.") Serving openFiles,
    @JsonPropertyDescription(
            "net.netfilter.nf_conntrack_max of the node; absent where connections are not tracked.")
        Long conntrackMax) {

  /** One setting of the node. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AppliedSetting(
      @Size(max = 64) @JsonPropertyDescription("The key.") String name,
      @Size(max = 64) @JsonPropertyDescription("The value that was asked for.") String wanted,
      @Size(max = 64) @JsonPropertyDescription("The value before it was first written.")
          String original,
      @Size(max = 64)
          @JsonPropertyDescription(
              "The value that was written; absent where the node had enough already.")
          String written,
      @Size(max = 64) @JsonPropertyDescription("The value as last read.") String value,
      @JsonPropertyDescription("Whether somebody changed it since.") Boolean drifted,
      @Size(max = 512) @JsonPropertyDescription("Why it could not be read or written.")
          String problem) {

    public boolean hasDrifted() {
      return Boolean.TRUE.equals(drifted);
    }
  }

  /** What the agent grants. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Serving(
      @JsonPropertyDescription("Whether the container runtime asks the agent.") Boolean serving,
      @Size(max = 512)
          @JsonPropertyDescription("What keeps it from serving, or from granting more.")
          String message,
      @JsonPropertyDescription(
              "Highest hard limit that it grants: the least of the ceiling, the node's fs.nr_open and"
                  + " what the container runtime can give.")
          Long limit,
      @JsonPropertyDescription("What containers get without the agent.") RuntimeLimit runtime,
      @JsonPropertyDescription(
              "Whether another plugin of the container runtime sets the limit too; then this one"
                  + " steps aside.")
          Boolean otherPlugin) {

    public boolean isServing() {
      return Boolean.TRUE.equals(serving);
    }
  }

  /** A soft and a hard limit. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RuntimeLimit(
      @JsonPropertyDescription("Soft limit.") Long soft,
      @JsonPropertyDescription("Hard limit.") Long hard) {}

  public List<AppliedSetting> settingsOrEmpty() {
    return settings == null ? List.of() : settings;
  }
}
