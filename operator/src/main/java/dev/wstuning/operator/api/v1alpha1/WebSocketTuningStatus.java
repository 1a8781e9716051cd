package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * What the selected pods really have. Every figure was measured, unless its description says
 * otherwise. It holds numbers and words from closed lists. Only messages and the texts of {@code
 * summary} are just for people.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketTuningStatus(
    @JsonPropertyDescription("The generation of the resource that this status describes.")
        Long observedGeneration,
    @JsonPropertyDescription("When the newest report of a pod was written (RFC 3339).")
        String lastObservedTime,
    @JsonPropertyDescription("The requests by annotation that were carried out.")
        LastHandled lastHandled,
    @JsonPropertyDescription("The columns of kubectl get: effective values, worst pod first.")
        Summary summary,
    @JsonPropertyDescription("What new pods get, and by which mechanism.") Plan plan,
    @JsonPropertyDescription("How many pods are selected and in which state they are.") Pods pods,
    @Size(max = 10)
        @JsonPropertyDescription(
            "Groups of pods with equal observations, the worst first; at most 10.")
        List<Observation> observations,
    @Size(max = 10)
        @JsonPropertyDescription(
            "Everything that is wrong or noteworthy, the worst first; at most 10. A condition shows"
                + " only the first that concerns it.")
        List<Problem> problems,
    @JsonPropertyDescription(
            "The conditions Accepted, Applied, Effective and Ready; also PartlyUnderstood,"
                + " Stalled or Reconciling while they apply.")
        List<Condition> conditions,
    @Size(max = 20)
        @JsonPropertyDescription(
            "Owners whose new pods are not tuned at the moment, because tuned ones could not be"
                + " created or started; at most 20.")
        List<Suspension> suspensions,
    @JsonPropertyDescription("The progress of restarting pods.") RolloutStatus rollout,
    @JsonPropertyDescription(
            "Since when new pods are injected (RFC 3339). A pod that was created later without"
                + " injection was missed.")
        String injectingSince) {

  /** Annotations of the resource whose request was carried out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastHandled(
      @JsonPropertyDescription(
              "The value of the annotation wstuning.dev/observe for which all running pods were"
                  + " observed.")
          String observe,
      @JsonPropertyDescription(
              "The value of the annotation wstuning.dev/retry that was last acted on.")
          String retry) {}

  /** Strings for the columns. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Summary(
      @JsonPropertyDescription("Effective pods of all running pods, for example 6/6.")
          String effective,
      @JsonPropertyDescription("Lowest soft limit of open files seen in a server process.")
          String openFiles,
      @JsonPropertyDescription(
              "Longest time after which the connection to a vanished peer is closed, idle or"
                  + " with unacknowledged data; never if keepalive does not run; unknown if it"
                  + " cannot be determined. The kernel may take an eighth longer.")
          String deadPeer) {}

  /** The resolved plan. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Plan(
      @JsonPropertyDescription(
              "Hash of the settings for pods, which carry it as an annotation. It begins with"
                  + " the version of its encoding.")
          String hash,
      @JsonPropertyDescription(
              "What sets the sysctls: InitContainer, PodSecurityContext, or None if none is set.")
          String mechanism,
      @JsonPropertyDescription("Why this mechanism was chosen.") String reason,
      @JsonPropertyDescription("The methods that new pods may be tuned by.")
          ResolvedMethods methods,
      @JsonPropertyDescription(
              "What sets options on accepted sockets: Programs or Preload; absent if nothing does.")
          String sockets,
      @JsonPropertyDescription("TCP keepalive.") KeepaliveValues keepalive,
      @JsonPropertyDescription("TCP_USER_TIMEOUT in seconds.") Integer userTimeoutSeconds,
      @JsonPropertyDescription("Respect or Override, if socket options are set.")
          String applicationKeepalive,
      @JsonPropertyDescription(
              "How long the connection to a dead peer lives if the whole plan" + " is effective.")
          DeadPeer deadPeer,
      @JsonPropertyDescription(
              "Longest network outage in seconds that never cuts a client. A client that is"
                  + " away for longer may be taken for dead.")
          Long toleratedOutageSeconds,
      @JsonPropertyDescription("The wanted open files limits.") OpenFilesRange openFiles,
      @Size(max = 4)
          @JsonPropertyDescription(
              "What may raise the limit of open files, in this order: Inherited, NodeAgent (if"
                  + " the agent of some node serves), Launcher, Preload. Each pod uses the first"
                  + " that suffices.")
          List<String> openFilesBy,
      @JsonPropertyDescription("The sysctls that new pods get.") List<SysctlValue> sysctls,
      @JsonPropertyDescription("What the mechanism cannot set.") List<NotPossible> notPossible) {}

  /** {@code spec.methods}, with defaults for absent lists. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ResolvedMethods(
      @Size(max = 3) @JsonPropertyDescription("The methods for socket options.")
          List<String> sockets,
      @Size(max = 3) @JsonPropertyDescription("The methods for open files.")
          List<String> openFiles) {}

  /** The three values of TCP keepalive. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record KeepaliveValues(
      @JsonPropertyDescription("Seconds without traffic before the first probe.")
          Integer timeSeconds,
      @JsonPropertyDescription("Seconds between probes that are not answered.")
          Integer intervalSeconds,
      @JsonPropertyDescription("Unanswered probes after which the connection is closed.")
          Integer probes) {}

  /** Limits of open files. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFilesRange(
      @JsonPropertyDescription("Smallest soft limit that suffices.") Long minimum,
      @JsonPropertyDescription("Largest limit that the server may have.") Long maximum) {}

  /** A sysctl with its value. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SysctlValue(
      @Required @JsonPropertyDescription("The key.") String name,
      @JsonPropertyDescription("The value.") String value) {}

  /** A setting that the mechanism cannot make. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NotPossible(
      @Required @JsonPropertyDescription("The sysctl's key, or the field of spec.") String setting,
      @JsonPropertyDescription("Why.") String reason) {}

  /** Numbers of pods. */
  public record Pods(
      @JsonPropertyDescription("Pods that the selector matches and that this resource owns.")
          int selected,
      @JsonPropertyDescription("Pods whose server container runs.") int running,
      @JsonPropertyDescription("Running pods that have what this resource wants.") int effective,
      @JsonPropertyDescription("Pods that were created but whose server does not run yet.")
          int starting,
      @JsonPropertyDescription("Pods that ended, or whose server container keeps failing.")
          int notRunning,
      @JsonPropertyDescription(
              "Pods that were created while no replica of the operator answered, or, with via:"
                  + " NodeAgent, while no agent tuned pods on their node; they are untuned.")
          int missed,
      @JsonPropertyDescription(
              "Pods that were created while tuning of their owner was suspended; they are untuned.")
          int suspended,
      @JsonPropertyDescription("Pods that were created with older settings, or with none.")
          int restartPending,
      @JsonPropertyDescription(
              "Pods with the current settings that would be tuned differently if they were"
                  + " created now, because the cluster or the namespace now allows more or less."
                  + " They are not restarted because of that.")
          int improvable,
      @JsonPropertyDescription("Pods that are never tuned, such as those on the host's network.")
          int skipped,
      @JsonPropertyDescription("Pods that an older WebSocketTuning tunes.") int ownedByOther) {}

  /** Pods with equal observations. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Observation(
      @JsonPropertyDescription("How many pods.") Integer pods,
      @Size(max = 3) @JsonPropertyDescription("Names of some of them.") List<String> examples,
      @Size(max = 3)
          @JsonPropertyDescription("Some of their workloads, as kubectl takes them: kind/name.")
          List<String> workloads,
      @JsonPropertyDescription("When the oldest report of these pods was written (RFC 3339).")
          String observedAt,
      @JsonPropertyDescription("The verdict on these pods.") String reason,
      @JsonPropertyDescription("The verdict in words.") String message,
      @JsonPropertyDescription("The server process that was looked at.") String process,
      @JsonPropertyDescription("Its limit of open files.") OpenFilesLimit openFiles,
      @JsonPropertyDescription("Sysctls read in the pod's network namespace.")
          List<ObservedSysctl> sysctls,
      @JsonPropertyDescription("The ports on which the server listens.") List<ObservedPort> ports,
      @JsonPropertyDescription("How long the connection to a dead peer lives.") DeadPeer deadPeer,
      @JsonPropertyDescription("How many connections one of these pods can hold.")
          Capacity capacity,
      @JsonPropertyDescription(
              "The connections of all pods of this group, as the kernels of their nodes counted"
                  + " them; absent if no agent counts them.")
          CountedConnections connections) {}

  /** Connections by how they ended. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CountedConnections(
      @JsonPropertyDescription("Connections that are open now.") Long open,
      @JsonPropertyDescription("Connections that the peer closed first.") Long endedByPeer,
      @JsonPropertyDescription("Connections that the server closed first.") Long endedByServer,
      @JsonPropertyDescription("Connections that either side reset.") Long reset,
      @JsonPropertyDescription(
              "Connections that the kernel closed because the peer did not answer: by keepalive,"
                  + " the user timeout or retransmissions.")
          Long foundDead,
      @JsonPropertyDescription(
              "Since when they are counted (RFC 3339); of several pods the latest time.")
          String since) {}

  /** RLIMIT_NOFILE of the server process. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFilesLimit(
      @JsonPropertyDescription("Soft limit: the one that takes effect.") Long soft,
      @JsonPropertyDescription("Hard limit: how far the process may raise it.") Long hard,
      @JsonPropertyDescription(
              "What set the limit: Inherited (the container runtime), NodeAgent, Launcher,"
                  + " Preload, or Server (the process itself).")
          String mechanism,
      @JsonPropertyDescription("What shows that.") String reason,
      @JsonPropertyDescription(
              "The limit that the server wrote to its log when it started. It is only for"
                  + " information: the verdict uses the measured limit.")
          Long serverSays,
      @JsonPropertyDescription(
              "Why the log shows no limit, if spec.observation.serverLog is" + " Read.")
          String logProblem) {}

  /** How many connections a pod can hold, by a model; see docs/capacity.md. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Capacity(
      @JsonPropertyDescription("Connections that one pod can hold.") Long connections,
      @JsonPropertyDescription(
              "The limit that is reached first: The limit: OpenFiles, Memory,"
                  + " Conntrack or Ports.")
          String bindsFirst,
      @Size(max = 4) @JsonPropertyDescription("All bounds, the lowest first.")
          List<CapacityBound> bounds,
      @Size(max = 3)
          @JsonPropertyDescription(
              "Pods that have four fifths of these connections or more: now, if the agent of their"
                  + " node counts them, else when they were observed.")
          List<String> nearLimit) {}

  /** One bound of a pod's capacity. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CapacityBound(
      @JsonPropertyDescription("The limit: OpenFiles, Memory, Conntrack or Ports.") String limit,
      @JsonPropertyDescription("Connections that this limit allows.") Long connections,
      @JsonPropertyDescription("What the number assumes.") String assumes) {}

  /** One sysctl as read in the pod. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObservedSysctl(
      @JsonPropertyDescription("The key.") String name,
      @JsonPropertyDescription("The value that was read; absent if it could not be read.")
          String value,
      @JsonPropertyDescription(
              "What set it: InitContainer, PodSecurityContext, NodeAgent, or Other (the pod or the"
                  + " kernel).")
          String by) {}

  /** One listening port. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObservedPort(
      @JsonPropertyDescription("The port.") Integer port,
      @JsonPropertyDescription(
              "Connections of all pods of this group: those that are open now, if the agents of"
                  + " their nodes read them, else those at the time of the observation.")
          Long connections,
      @JsonPropertyDescription("Keepalive of an accepted connection.") ObservedKeepalive keepalive,
      @JsonPropertyDescription(
              "What set keepalive. Kernel: the eBPF programs. Preload: the preload library."
                  + " Sysctls: the sysctls, because the server enabled SO_KEEPALIVE."
                  + " Application: the server, with its own values. Nobody: keepalive does not"
                  + " run.")
          String setBy,
      @JsonPropertyDescription(
              "TCP_USER_TIMEOUT, if it was measured; else as the socket programs or the preload"
                  + " library set it. Absent if there is none.")
          Integer userTimeoutSeconds,
      @JsonPropertyDescription(
              "Where the values were read. Existing: on a client's connection. Probe: on a"
                  + " connection that the observer opened, which shows the idle time exactly."
                  + " Kernel: on clients' connections, by the agent of the node; then all values"
                  + " are measured.")
          String evidence,
      @Size(max = 3)
          @JsonPropertyDescription(
              "Values that were not measured on that connection but follow from what set them:"
                  + " intervalSeconds, probes, userTimeoutSeconds.")
          List<String> inferred,
      @JsonPropertyDescription(
              "What the peers are: Direct, or LikelyProxy if many connections come from few"
                  + " addresses, because they are proxies or their addresses are translated."
                  + " Absent if there are few connections.")
          String peers) {}

  /** Keepalive as an accepted connection shows it; absent numbers cannot be determined. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ObservedKeepalive(
      @JsonPropertyDescription(
              "Whether keepalive runs: On; Off; NotSeen if there was no connection to look at;"
                  + " NotListening if nothing listens on the port.")
          String state,
      @JsonPropertyDescription("Seconds without traffic before the first probe.")
          Integer timeSeconds,
      @JsonPropertyDescription("Seconds between probes that are not answered.")
          Integer intervalSeconds,
      @JsonPropertyDescription("Unanswered probes after which the connection is closed.")
          Integer probes,
      @Size(max = 2)
          @JsonPropertyDescription(
              "The numbers that are upper bounds, because the application may have set stricter"
                  + " ones: intervalSeconds, probes.")
          List<String> atMost) {}

  /** Time after which a connection to a peer that vanished is closed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeadPeer(
      @JsonPropertyDescription(
              "Seconds for an idle connection: time + interval * probes, or less with a user"
                  + " timeout. Absent if the peer is never found, or if the time cannot be"
                  + " determined.")
          Long idleSeconds,
      @JsonPropertyDescription(
              "Seconds for a connection with unacknowledged data, on which keepalive does not"
                  + " run: the user timeout, or the time that follows from tcp_retries2 and"
                  + " tcp_rto_max_ms.")
          Long busySeconds,
      @JsonPropertyDescription(
              "The longer of the two, with the kernel's rounding of timers. Absent if one of"
                  + " them is absent.")
          Long withinSeconds) {}

  /** One thing that is wrong, or that a reader should know. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Problem(
      @Required @JsonPropertyDescription("The reason in one word, as in the conditions.")
          String reason,
      @JsonPropertyDescription(
              "How many pods have the problem; 0 if the resource itself has" + " it.")
          Integer pods,
      @Size(max = 3)
          @JsonPropertyDescription("Some of their workloads, as kubectl takes them: kind/name.")
          List<String> workloads,
      @JsonPropertyDescription("What the problem is.") String message,
      @JsonPropertyDescription("What to do next. Absent if waiting is enough.") String next) {}

  /** Why new pods of one owner, or of this resource, are not tuned at the moment. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Suspension(
      @JsonPropertyDescription("The owner of the pods. Absent: all pods of this resource.")
          Owner owner,
      @JsonPropertyDescription("Since when (RFC 3339).") String since,
      @JsonPropertyDescription(
              "From when on tuning is tried again (RFC 3339). A change of the settings, of the image, of"
                  + " the namespace's labels, of the owner's template or of the annotation"
                  + " wstuning.dev/retry makes it at once.")
          String nextTry,
      @JsonPropertyDescription("How many attempts failed.") Integer attempts,
      @JsonPropertyDescription(
              "Refused: tuned pods are not admitted. RefusedAnyway: nor are pods that are not"
                  + " tuned. Stuck: tuned pods are admitted, but cannot start. Unscheduled: the"
                  + " scheduler finds no node for tuned pods.")
          Cause cause,
      @JsonPropertyDescription("What went wrong.") String message,
      @JsonPropertyDescription(
              "The operator's mark of the settings, the image, the namespace's labels, the retry"
                  + " and the owner's template that it applies to.")
          String fingerprint) {

    /** What happened to tuned pods. */
    public enum Cause {
      Refused,
      RefusedAnyway,
      Stuck,
      Unscheduled
    }
  }

  /** A controller of pods. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Owner(
      @JsonPropertyDescription("API group; empty for the core group.") String group,
      @JsonPropertyDescription("Kind.") String kind,
      @JsonPropertyDescription("Name.") String name) {}

  /** The progress of restarting pods. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record RolloutStatus(
      @JsonPropertyDescription("Whether spec.rollout.paused stops restarts.") Boolean paused,
      @Size(max = 20)
          @JsonPropertyDescription(
              "What the operator is about to do, written before it acts; at most 20.")
          List<Intent> intents) {}

  /** What the operator is about to do to a running pod or workload. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Intent(
      @JsonPropertyDescription(
              "What the operator does. Evict: it evicts one pod, to try the settings, or because the"
                  + " pod cannot start, or lacks what its node's agent gives new pods by now."
                  + " Restart: it restarts all pods of the workload by a rolling update.")
          String action,
      @JsonPropertyDescription("The workload, as kubectl takes it: kind/name.") String workload,
      @JsonPropertyDescription("The pod, for Evict.") String pod,
      @JsonPropertyDescription("The plan that the pods should get.") String plan) {}

  public List<Observation> observationsOrEmpty() {
    return observations == null ? List.of() : observations;
  }

  /** A status with nothing but the suspensions; null if there are none. */
  public WebSocketTuningStatus suspensionsOnly() {
    return suspensionsOrEmpty().isEmpty()
        ? null
        : new WebSocketTuningStatus(
            null, null, null, null, null, null, null, null, null, suspensions, null, null);
  }

  public List<Suspension> suspensionsOrEmpty() {
    return suspensions == null ? List.of() : suspensions;
  }

  /** The announced intents; empty if there are none. */
  public List<Intent> intentsOrEmpty() {
    return rollout == null || rollout.intents() == null ? List.of() : rollout.intents();
  }

  /** The conditions that could be read; a newer version may have written others. */
  public List<Condition> conditionsOrEmpty() {
    return Condition.readable(conditions);
  }
}
