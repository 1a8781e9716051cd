package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * What the agent of a node did and sees there. The agent writes it, except for the conditions,
 * which the operator writes.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebSocketNodeStateStatus(
    @JsonPropertyDescription("The generation of the spec that the agent applied.")
        Long observedGeneration,
    @Size(max = 64)
        @JsonPropertyDescription(
            "The boot of the node's kernel in which the agent applied the spec. Settings and"
                + " originals of another boot mean nothing.")
        String bootID,
    @Size(max = 64) @JsonPropertyDescription("The version of the agent that applied the spec.")
        String agentVersion,
    @Size(max = 32)
        @JsonPropertyDescription(
            "The wanted settings, and those whose original values must still be restored, which have"
                + " no wanted value.")
        List<AppliedSetting> settings,
    @JsonPropertyDescription("Whether the agent grants open files, and how many.")
        Serving openFiles,
    @JsonPropertyDescription(
            "Whether the agent tunes pods, and what it can do to them; absent if no node tuning"
                + " allows it.")
        PodServing pods,
    @JsonPropertyDescription(
            "net.netfilter.nf_conntrack_max of the node; absent if the node tracks no connections.")
        Long conntrackMax,
    @JsonPropertyDescription(
            "The conditions Ready, Serving and ServingPods. Ready: the node has what the spec says, and"
                + " its agent runs. Serving: the agent grants open files; ServingPods: it tunes pods;"
                + " each is absent if no node tuning wants that. The operator writes them, so they"
                + " stay true when the agent is gone.")
        List<Condition> conditions) {

  /** One setting of the node. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AppliedSetting(
      @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The key.") String name,
      @Size(max = 64)
          @JsonPropertyDescription("The wanted value. Absent if the original must be restored.")
          String wanted,
      @Size(max = 64)
          @JsonPropertyDescription("The value that the node had before the agent first wrote it.")
          String original,
      @Size(max = 64)
          @JsonPropertyDescription(
              "The value that the agent wrote; absent if the node had enough already.")
          String written,
      @Size(max = 64) @JsonPropertyDescription("The value as last read.") String value,
      @JsonPropertyDescription(
              "Whether something else changed the value after the agent wrote" + " it.")
          Boolean drifted,
      @Size(max = 512) @JsonPropertyDescription("Why the key could not be read or written.")
          String problem,
      @Size(max = 512)
          @JsonPropertyDescription(
              "Why the setting is neither applied nor undone yet, although nothing failed.")
          String waits) {

    public boolean hasDrifted() {
      return Boolean.TRUE.equals(drifted);
    }
  }

  /** What the agent grants. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Serving(
      @JsonPropertyDescription("Whether the container runtime asks the agent.") Boolean serving,
      @Size(max = 512)
          @JsonPropertyDescription("What keeps the agent from serving, or from granting more.")
          String message,
      @JsonPropertyDescription(
              "Highest hard limit that the agent grants: the least of openFiles.maximum, the node's"
                  + " fs.nr_open and what the container runtime can give.")
          Long limit,
      @JsonPropertyDescription(
              "Highest hard limit that the agent granted to a container that still runs; absent"
                  + " if there is none. While the agent is not connected to the container"
                  + " runtime, the last number stays.")
          Long highestGrant,
      @JsonPropertyDescription("What containers get without the agent.") RuntimeLimit runtime,
      @JsonPropertyDescription(
              "Whether another plugin of the container runtime sets the limit, too. If so, the"
                  + " agent leaves the limit alone.")
          Boolean otherPlugin,
      @JsonPropertyDescription(
              "How many containers started without a grant since the agent's start, because two"
                  + " attempts with it had failed; absent if none did.")
          Integer failedStarts) {

    public boolean isServing() {
      return Boolean.TRUE.equals(serving);
    }
  }

  /** What the agent can do to pods. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PodServing(
      @JsonPropertyDescription(
              "Whether the container runtime asks the agent, and the agent knows the plans.")
          Boolean serving,
      @Size(max = 512) @JsonPropertyDescription("What keeps the agent from tuning pods.")
          String message,
      @JsonPropertyDescription("Whether the agent can set sysctls of pods.") Boolean sysctls,
      @Size(max = 512)
          @JsonPropertyDescription("Why it cannot set sysctls, and what to do about it.")
          String sysctlsMessage,
      @JsonPropertyDescription("Whether the agent can attach the socket programs to pods.")
          Boolean programs,
      @Size(max = 512)
          @JsonPropertyDescription("Why it cannot attach them, and what to do about it.")
          String programsMessage,
      @JsonPropertyDescription(
              "Whether the agent can count the connections of pods and read their values.")
          Boolean counts,
      @Size(max = 512)
          @JsonPropertyDescription("Why it cannot count them, and what to do about it.")
          String countsMessage,
      @Size(max = 512)
          @JsonPropertyDescription("What else is wrong with the tuning of pods on this node.")
          String otherProblem) {

    public boolean isServing() {
      return Boolean.TRUE.equals(serving);
    }

    public boolean setsSysctls() {
      return Boolean.TRUE.equals(sysctls);
    }

    public boolean attachesPrograms() {
      return Boolean.TRUE.equals(programs);
    }

    public boolean countsConnections() {
      return Boolean.TRUE.equals(counts);
    }
  }

  /** A soft and a hard limit. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RuntimeLimit(
      @JsonPropertyDescription("Soft limit of open files.") Long soft,
      @JsonPropertyDescription("Hard limit of open files.") Long hard) {}

  public List<AppliedSetting> settingsOrEmpty() {
    return settings == null ? List.of() : settings;
  }

  public List<Condition> conditionsOrEmpty() {
    return Condition.readable(conditions);
  }

  /** The part that the agent wrote. */
  public WebSocketNodeStateStatus report() {
    return new WebSocketNodeStateStatus(
        observedGeneration, bootID, agentVersion, settings, openFiles, pods, conntrackMax, null);
  }

  /** A status that has nothing but conditions. */
  public static WebSocketNodeStateStatus of(List<Condition> conditions) {
    return new WebSocketNodeStateStatus(null, null, null, null, null, null, null, conditions);
  }
}
