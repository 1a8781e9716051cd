package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What the agent of a node reports of the pods that it tunes or counts. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebSocketNodeReportStatus(
    @Size(max = 64)
        @JsonPropertyDescription(
            "The boot of the node's kernel that the report belongs to. Pods of another boot are"
                + " gone.")
        String bootID,
    @Size(max = 64) @JsonPropertyDescription("The version of the agent that wrote the report.")
        String agentVersion,
    @Min(0)
        @Max(1_000_000)
        @JsonPropertyDescription("How many pods are left out because the report has no room.")
        Integer left,
    @Size(max = 512) @JsonPropertyDescription("The pods that the agent tuned or counts.")
        List<ReportedPod> pods) {

  /** One pod. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ReportedPod(
      @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The pod's uid.") String uid,
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("The pod's namespace.")
          String namespace,
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("The pod's name.") String name,
      @Size(max = 63)
          @JsonPropertyDescription(
              "The WebSocketTuning that owns the pod. Absent if the pod was tuned at admission, or"
                  + " not at all, and its connections are only counted.")
          String tuning,
      @Size(max = 64)
          @JsonPropertyDescription(
              "Hash of the settings that the agent gave the pod; absent if it did not tune it.")
          String plan,
      @Size(max = 64)
          @JsonPropertyDescription(
              "What the agent was to apply, as the plan had it. Absent if it was to set neither"
                  + " sysctls nor socket options.")
          List<@Size(max = 512) String> arguments,
      @Size(max = 2048)
          @JsonPropertyDescription(
              "What the agent applied, in the form of an init container's report: one line of"
                  + " JSON.")
          String boot,
      @Size(max = 512)
          @JsonPropertyDescription(
              "Why the agent did not tune the pod, although a plan with via: NodeAgent owns it. It"
                  + " begins with \"the pod was created\" if a new pod in its place would be tuned.")
          String problem,
      @JsonPropertyDescription("The server's container.") ReportedContainer container,
      @JsonPropertyDescription("The connections that the pod accepted.") Counts connections,
      @Size(max = 8)
          @JsonPropertyDescription(
              "Open connections, in groups of equal values, the most numerous first.")
          List<SocketGroup> sockets,
      @Min(0)
          @Max(COUNTED)
          @JsonPropertyDescription("Open connections that belong to none of these groups.")
          Long othersSockets) {

    public List<String> argumentsOrEmpty() {
      return arguments == null ? List.of() : arguments;
    }

    public List<SocketGroup> socketsOrEmpty() {
      return sockets == null ? List.of() : sockets;
    }
  }

  /** The server's container, with what it was created with. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ReportedContainer(
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Its name.") String name,
      @Size(max = 256)
          @JsonPropertyDescription("Its id, as in the status of the pod: containerd://...")
          String id,
      @JsonPropertyDescription("The limit of open files that it was created with.")
          CreatedLimit openFiles) {}

  /** A soft and a hard limit. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CreatedLimit(
      @Min(0) @Max(COUNTED) @JsonPropertyDescription("Soft limit of open files.") Long soft,
      @Min(0) @Max(COUNTED) @JsonPropertyDescription("Hard limit of open files.") Long hard) {}

  /** Connections that a pod accepted, by how they ended. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Counts(
      @Required
          @Size(max = 64)
          @JsonPropertyDescription(
              "Since when connections are counted (RFC 3339): when the program was attached.")
          String since,
      @Required @Min(0) @Max(COUNTED) @JsonPropertyDescription("Connections that are open now.")
          Long open,
      @Required
          @Min(0)
          @Max(COUNTED)
          @JsonPropertyDescription("Connections that the peer closed first.")
          Long endedByPeer,
      @Required
          @Min(0)
          @Max(COUNTED)
          @JsonPropertyDescription("Connections that the server closed first.")
          Long endedByServer,
      @Required
          @Min(0)
          @Max(COUNTED)
          @JsonPropertyDescription("Connections that either side reset.")
          Long reset,
      @Required
          @Min(0)
          @Max(COUNTED)
          @JsonPropertyDescription(
              "Connections that the kernel closed because the peer did not answer.")
          Long foundDead) {}

  /** Open connections with equal values. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SocketGroup(
      @Required @Min(1) @Max(65535) @JsonPropertyDescription("The port of the server.")
          Integer port,
      @Required @Min(0) @Max(COUNTED) @JsonPropertyDescription("How many connections.") Long count,
      @Required @JsonPropertyDescription("Whether keepalive runs.") Boolean keepalive,
      @Min(0)
          @Max(Integer.MAX_VALUE)
          @JsonPropertyDescription("Seconds without traffic before the first probe.")
          Integer time,
      @Min(0)
          @Max(Integer.MAX_VALUE)
          @JsonPropertyDescription("Seconds between probes that are not answered.")
          Integer interval,
      @Min(0)
          @Max(Integer.MAX_VALUE)
          @JsonPropertyDescription("Unanswered probes after which the connection is closed.")
          Integer probes,
      @Min(0)
          @Max(COUNTED)
          @JsonPropertyDescription("TCP_USER_TIMEOUT in milliseconds; 0 if there is none.")
          Long userTimeoutMillis) {}

  /** More than any counter reaches, and exact as a double, which bounds of the CRD are. */
  private static final long COUNTED = 1L << 53;

  public List<ReportedPod> podsOrEmpty() {
    return pods == null ? List.of() : pods;
  }
}
