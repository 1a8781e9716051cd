package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Pods;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Policy;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What the selected nodes really have, as read on them. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketNodeTuningStatus(
    @JsonPropertyDescription("The generation of the resource that this status describes.")
        Long observedGeneration,
    @JsonPropertyDescription("The columns of kubectl get.") Summary summary,
    @JsonPropertyDescription("How many nodes are selected and in which state they are.")
        Nodes nodes,
    @JsonPropertyDescription("How far new settings have come. Absent if no node waits for them.")
        Rollout rollout,
    @JsonPropertyDescription(
            "The settings whose waves are over. Nodes keep these, or what they have of an unfinished"
                + " rollout, until it is their turn. Absent until the first waves are over.")
        Settled settled,
    @Size(max = 10)
        @JsonPropertyDescription("The problems, one entry for each reason, the worst first.")
        List<Problem> problems,
    @Size(max = 10)
        @JsonPropertyDescription("Groups of nodes with equal values, the worst first; at most 10.")
        List<NodeObservation> observations,
    @JsonPropertyDescription(
            "The conditions Accepted, Applied and Ready; also PartlyUnderstood, Stalled or"
                + " Reconciling while they apply.")
        List<Condition> conditions) {

  /** Strings for the columns. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Summary(
      @JsonPropertyDescription(
              "Nodes that have everything that this resource wants, of all selected nodes, for"
                  + " example 3/3.")
          String nodes,
      @JsonPropertyDescription("Lowest limit of open files that a serving node agent grants.")
          String openFiles) {}

  /** Numbers of nodes. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Nodes(
      @JsonPropertyDescription(
              "Nodes that the selector matches, and whose taints are tolerated or came later.")
          Integer selected,
      @JsonPropertyDescription("Nodes that have everything that this resource wants.")
          Integer applied,
      @JsonPropertyDescription("Nodes whose agent grants open files.") Integer serving,
      @JsonPropertyDescription("Nodes whose agent tunes pods; absent if spec.pods is not Allowed.")
          Integer servingPods,
      @JsonPropertyDescription(
              "Nodes on which something else changed a value after the agent" + " wrote it.")
          Integer drifted,
      @JsonPropertyDescription(
              "Nodes on which a value could not be written or no agent runs, or whose objects"
                  + " the API server refuses.")
          Integer failed,
      @JsonPropertyDescription(
              "Nodes whose agent has not applied the current settings yet, or whose turn has not"
                  + " come.")
          Integer waiting,
      @JsonPropertyDescription(
              "Nodes that are no longer selected and whose original values are being restored.")
          Integer restoring) {}

  /** How far new settings have come. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rollout(
      @JsonPropertyDescription("Selected nodes that were given the new settings.") Integer updated,
      @JsonPropertyDescription("The last wave; 1 is a single node.") Integer wave,
      @JsonPropertyDescription("The node that keeps the others from being given the new settings.")
          String stoppedBy) {}

  /** What a node tuning sets. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Settled(
      @Size(max = 16) @JsonPropertyDescription("The kernel settings.") List<SettledSetting> sysctls,
      @JsonPropertyDescription("Highest limit of open files that the node agent grants.")
          Long openFilesMaximum,
      @JsonPropertyDescription("Allowed if the node agent may tune pods; otherwise absent.")
          Pods pods) {

    public List<SettledSetting> sysctlsOrEmpty() {
      return sysctls == null ? List.of() : sysctls;
    }
  }

  /** One setting. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SettledSetting(
      @Required @JsonPropertyDescription("The key.") String name,
      @Required @JsonPropertyDescription("The value.") String value,
      @Required @JsonPropertyDescription("How the value is applied.") Policy policy) {}

  /** A problem of some nodes. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Problem(
      @JsonPropertyDescription("The reason in one word; docs/status.md explains each.")
          String reason,
      @JsonPropertyDescription("How many selected nodes have this problem.") Integer nodes,
      @Size(max = 3) @JsonPropertyDescription("Names of some of them.") List<String> examples,
      @JsonPropertyDescription("What the problem is, on the first of them.") String message,
      @JsonPropertyDescription("What to do next.") String next) {}

  /** Nodes with equal values. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record NodeObservation(
      @JsonPropertyDescription("How many nodes.") Integer nodes,
      @Size(max = 3) @JsonPropertyDescription("Names of some of them.") List<String> examples,
      @JsonPropertyDescription("The verdict on these nodes.") String reason,
      @JsonPropertyDescription("The verdict in words.") String message,
      @JsonPropertyDescription("The settings of this resource on these nodes.")
          List<ObservedSetting> settings,
      @JsonPropertyDescription("What the node agent grants.") GrantedOpenFiles openFiles,
      @JsonPropertyDescription("What the node agent can do to pods.") ServedPods pods) {}

  /** One setting as read on a node. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObservedSetting(
      @JsonPropertyDescription("The key.") String name,
      @JsonPropertyDescription("The value that the node has.") String value,
      @JsonPropertyDescription(
              "The value that the node had before the tuning, and that is" + " restored later.")
          String original,
      @JsonPropertyDescription("The wanted value.") String wanted,
      @JsonPropertyDescription("Why the key could not be read or written.") String problem,
      @JsonPropertyDescription(
              "Why the setting is neither applied nor undone yet, although nothing failed.")
          String waits) {}

  /** What the agent of these nodes grants. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record GrantedOpenFiles(
      @JsonPropertyDescription("Whether the container runtime asks the agent.") Boolean serving,
      @JsonPropertyDescription("Highest limit that the agent grants.") Long limit,
      @JsonPropertyDescription("What keeps the agent from serving, or from granting more.")
          String message,
      @JsonPropertyDescription(
              "How many containers started without a grant since the agent's start, because two"
                  + " attempts with it had failed.")
          Integer failedStarts) {}

  /** What the agent of these nodes can do to pods. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ServedPods(
      @JsonPropertyDescription("Whether the agent tunes pods when their containers are created.")
          Boolean serving,
      @JsonPropertyDescription("Whether it can set their sysctls.") Boolean sysctls,
      @JsonPropertyDescription("Whether it can attach the socket programs.") Boolean programs,
      @JsonPropertyDescription("Whether it can count their connections.") Boolean counts,
      @JsonPropertyDescription("What keeps it from serving, or from doing all of this.")
          String message) {}

  public List<Condition> conditionsOrEmpty() {
    return Condition.readable(conditions);
  }
}
