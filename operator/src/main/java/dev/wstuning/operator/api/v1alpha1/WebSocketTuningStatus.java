package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What the selected pods really have. Every figure was measured unless it says otherwise. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketTuningStatus(
    @JsonPropertyDescription("The generation of the resource that this status describes.")
        Long observedGeneration,
    @JsonPropertyDescription("When the newest report of a pod was written (RFC 3339).")
        String lastObservedTime,
    @JsonPropertyDescription("The columns of kubectl get: effective values, worst pod first.")
        Summary summary,
    @JsonPropertyDescription("What new pods get, and by which mechanism.") Plan plan,
    @JsonPropertyDescription("How many pods are selected and in which state they are.") Pods pods,
    @Size(max = 10)
        @JsonPropertyDescription(
            "Groups of pods with equal observations, the worst first; at most 10.")
        List<Observation> observations,
    @JsonPropertyDescription(
            "Accepted, Applied, Effective, Ready; also PartlyUnderstood, Stalled or Reconciling while"
                + " they hold.")
        List<Condition> conditions,
    @JsonPropertyDescription("Set while injection is suspended.") Suspension suspension,
    @JsonPropertyDescription(
            "Since when new pods are injected (RFC 3339). Pods created later that are not were"
                + " missed.")
        String injectingSince) {

  /** Strings for the columns. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Summary(
      @JsonPropertyDescription("Pods that are effective, of those that run: 6/6.") String effective,
      @JsonPropertyDescription("Lowest soft limit of open files seen in a server process.")
          String openFiles,
      @JsonPropertyDescription(
              "Longest time after which the connection to a vanished peer is closed, idle or with"
                  + " unacknowledged data; never where keepalive does not run; unknown where it cannot"
                  + " be told. The kernel may be an eighth later.")
          String deadPeer) {}

  /** The resolved plan. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Plan(
      @JsonPropertyDescription("Hash of the desired values; pods carry it as an annotation.")
          String hash,
      @JsonPropertyDescription(
              "InitContainer, PodSecurityContext, or None where nothing is injected.")
          String mechanism,
      @JsonPropertyDescription("Why this mechanism.") String reason,
      @JsonPropertyDescription(
              "By what options are set on accepted sockets: SocketPrograms (eBPF) or Preload; absent"
                  + " where nothing sets them.")
          String sockets,
      @JsonPropertyDescription("Keepalive as time/interval/probes in seconds.") String keepalive,
      @JsonPropertyDescription("TCP_USER_TIMEOUT in seconds.") Integer userTimeoutSeconds,
      @JsonPropertyDescription("Respect or Override, where socket options are set.")
          String applicationKeepalive,
      @JsonPropertyDescription("How long a dead peer lives where all of this is effective.")
          DeadPeer deadPeer,
      @JsonPropertyDescription(
              "Longest outage in seconds that never cuts a client: one that is away for longer may be"
                  + " taken for dead.")
          Long toleratedOutageSeconds,
      @JsonPropertyDescription("Smallest soft limit of open files that is good enough.")
          Long openFiles,
      @JsonPropertyDescription("Largest limit of open files that the server may have.")
          Long openFilesMaximum,
      @JsonPropertyDescription("How openFiles follows from connections.") String openFilesFrom,
      @Size(max = 4)
          @JsonPropertyDescription(
              "What may raise the limit of open files, in this order: Inherited, NodeAgent (where the"
                  + " agent of some node serves), Launcher, Preload. Each pod takes the first that is"
                  + " enough.")
          List<String> openFilesBy,
      @JsonPropertyDescription("The sysctls that new pods get, as key=value.") List<String> sysctls,
      @JsonPropertyDescription("Settings that the mechanism cannot make, with the reason.")
          List<String> notPossible) {}

  /** Numbers of pods; zeros are left out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pods(
      @JsonPropertyDescription("Pods that the selector matches and that this resource owns.")
          Integer selected,
      @JsonPropertyDescription("Pods whose server container runs.") Integer running,
      @JsonPropertyDescription("Running pods that have what was asked for.") Integer effective,
      @JsonPropertyDescription("Pods that were created but whose server does not run yet.")
          Integer starting,
      @JsonPropertyDescription("Pods that ended, or whose server container keeps failing.")
          Integer notRunning,
      @JsonPropertyDescription(
              "Pods that were created while no replica of the operator answered; they are untuned.")
          Integer missed,
      @JsonPropertyDescription("Pods that were created with older settings, or with none.")
          Integer restartPending,
      @JsonPropertyDescription("Pods that are never tuned, such as those on the host's network.")
          Integer skipped,
      @JsonPropertyDescription("Pods that an older resource tunes.") Integer ownedByOther) {}

  /** Pods with equal observations. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Observation(
      @JsonPropertyDescription("How many pods.") Integer pods,
      @Size(max = 3) @JsonPropertyDescription("Names of some of them.") List<String> examples,
      @JsonPropertyDescription("The verdict on these pods.") String reason,
      @JsonPropertyDescription("The verdict in words.") String message,
      @JsonPropertyDescription("The server process that was looked at.") String process,
      @JsonPropertyDescription("Its limit of open files.") OpenFilesLimit openFiles,
      @JsonPropertyDescription("Sysctls read in the pod's network namespace.")
          List<ObservedSysctl> sysctls,
      @JsonPropertyDescription("The ports on which the server listens.") List<ObservedPort> ports,
      @JsonPropertyDescription("How long a dead peer lives.") DeadPeer deadPeer,
      @JsonPropertyDescription("How many connections one of these pods can hold.")
          Capacity capacity) {}

  /** RLIMIT_NOFILE of the server process. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFilesLimit(
      @JsonPropertyDescription("Soft limit: the one that acts.") Long soft,
      @JsonPropertyDescription("Hard limit: how far the process may raise it.") Long hard,
      @JsonPropertyDescription(
              "What made it so. Inherited: the container runtime; NodeAgent; Launcher; Preload;"
                  + " Server: the process itself.")
          String mechanism,
      @JsonPropertyDescription("From what that follows.") String reason,
      @JsonPropertyDescription(
              "The limit that the server told in its log when it booted, or unknown where it says so"
                  + " itself. It informs; the verdict goes by what was measured.")
          String serverSays,
      @JsonPropertyDescription("Why the log could not be read.") String logProblem) {}

  /** How many connections a pod can hold, by a model; see docs/capacity.md. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Capacity(
      @JsonPropertyDescription("Connections that one pod can hold.") Long connections,
      @JsonPropertyDescription("What ends first: OpenFiles, Memory, Conntrack or Ports.")
          String bindsFirst,
      @Size(max = 4)
          @JsonPropertyDescription("Every bound with what it assumes, the narrowest first.")
          List<String> bounds,
      @Size(max = 3)
          @JsonPropertyDescription(
              "Pods that held four fifths of that or more when they were observed.")
          List<String> nearLimit) {}

  /** One sysctl as read in the pod. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObservedSysctl(
      @JsonPropertyDescription("The key.") String name,
      @JsonPropertyDescription("The value that was read; absent where it could not be read.")
          String value,
      @JsonPropertyDescription(
              "Who set it: InitContainer, PodSecurityContext, or Other (the pod or the kernel).")
          String by) {}

  /** One listening port. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObservedPort(
      @JsonPropertyDescription("The port.") Integer port,
      @JsonPropertyDescription("Connections of all pods of this group when they were observed.")
          Integer connections,
      @JsonPropertyDescription(
              "Keepalive of an accepted connection: off, or time/interval/probes in seconds; a"
                  + " question mark for what cannot be read.")
          String keepalive,
      @JsonPropertyDescription(
              "Who set it: Kernel (the eBPF programs), Preload, Sysctls (the server switched SO_KEEPALIVE"
                  + " on), Application (with values of its own), or Nobody where keepalive does not"
                  + " run.")
          String setBy,
      @JsonPropertyDescription(
              "TCP_USER_TIMEOUT that the programs or the library set; absent where they did not.")
          Integer userTimeoutSeconds,
      @JsonPropertyDescription(
              "Existing: read from a client's connection. Probe: from one connection that the observer"
                  + " opened. The idle time is measured on it.")
          String evidence,
      @Size(max = 3)
          @JsonPropertyDescription(
              "What was not measured on that connection, but follows from who set it: interval, probes,"
                  + " userTimeoutSeconds.")
          List<String> inferred,
      @JsonPropertyDescription(
              "Direct, or LikelyProxy where many connections come from few addresses: then the peers"
                  + " are proxies, or their addresses are translated. Absent with few connections.")
          String peers) {}

  /** Time after which a connection to a peer that vanished is closed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeadPeer(
      @JsonPropertyDescription(
              "Seconds for an idle connection: time + interval * probes, or what the user timeout makes"
                  + " of it. Absent where it is never found, or cannot be told.")
          Long idleSeconds,
      @JsonPropertyDescription(
              "Seconds for a connection with unacknowledged data, on which keepalive does not run: the"
                  + " user timeout, or what tcp_retries2 and tcp_rto_max_ms lead to.")
          Long busySeconds,
      @JsonPropertyDescription(
              "The longer of both, with the kernel's rounding of timers. Absent where one of them is.")
          Long withinSeconds) {}

  /** Why new pods are not injected for the time being. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Suspension(
      @JsonPropertyDescription(
              "Names the settings, the image and the retry for which it holds; any change of them"
                  + " ends it.")
          String fingerprint,
      @JsonPropertyDescription("What went wrong.") String reason) {}

  public List<Observation> observationsOrEmpty() {
    return observations == null ? List.of() : observations;
  }

  /** The conditions; of a newer version's, those that could be read. */
  public List<Condition> conditionsOrEmpty() {
    return Condition.readable(conditions);
  }
}
