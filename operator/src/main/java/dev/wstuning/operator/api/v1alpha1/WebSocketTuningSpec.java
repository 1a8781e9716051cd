package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a user wants. A value that is absent stays as the pod has it. */
@ValidationRule(
    value =
        "self.mode == 'Observe' || has(self.deadPeers) || has(self.keepalive)"
            + " || has(self.userTimeoutSeconds) || has(self.openFiles) || has(self.connections)"
            + " || (has(self.sysctls) && size(self.sysctls) > 0)",
    message =
        "nothing to tune: write connections, openFiles, deadPeers, keepalive,"
            + " userTimeoutSeconds or sysctls, or mode: Observe")
@ValidationRule(
    value = "!has(self.connections) || !has(self.openFiles) || !has(self.openFiles.minimum)",
    message = "openFiles.minimum follows from connections: write only one of the two")
@ValidationRule(
    value =
        "!has(self.connections) || !has(self.openFiles) || !has(self.openFiles.maximum)"
            + " || self.openFiles.maximum >= self.connections.perPod"
            + " + self.connections.perPod / 10 + 1024",
    message =
        "openFiles.maximum is too low for connections.perPod: raise it to perPod + perPod / 10"
            + " + 1024 or more")
@ValidationRule(
    value =
        "!has(self.methods) || !has(self.methods.openFiles)"
            + " || !self.methods.openFiles.exists(m, m == 'Launcher')"
            + " || has(self.openFiles) || has(self.connections)",
    message =
        "methods.openFiles: [Launcher] sets the open files limit: write openFiles or connections, too")
@ValidationRule(
    value = "!has(self.deadPeers) || !(has(self.keepalive) || has(self.userTimeoutSeconds))",
    message =
        "keepalive and userTimeoutSeconds follow from deadPeers: write deadPeers without them,"
            + " or remove deadPeers")
@ValidationRule(
    value =
        "!has(self.deadPeers) || !has(self.sysctls)"
            + " || !self.sysctls.exists(s, s.name == 'net.ipv4.tcp_retries2')",
    message = "net.ipv4.tcp_retries2 follows from deadPeers: remove it from sysctls")
@ValidationRule(
    value =
        "!has(self.keepalive) || !has(self.userTimeoutSeconds) || self.userTimeoutSeconds >"
            + " self.keepalive.timeSeconds"
            + " + self.keepalive.intervalSeconds * (self.keepalive.probes - 1)",
    message =
        "userTimeoutSeconds must be above timeSeconds + intervalSeconds * (probes - 1) of"
            + " keepalive, otherwise fewer lost probes than keepalive.probes cut a client: raise"
            + " it, or shorten keepalive")
@ValidationRule(
    value =
        "!has(self.applicationKeepalive) || self.applicationKeepalive == 'Respect'"
            + " || has(self.deadPeers) || has(self.keepalive) || has(self.userTimeoutSeconds)",
    message =
        "applicationKeepalive: Override needs values: write deadPeers, keepalive or"
            + " userTimeoutSeconds")
@ValidationRule(
    value =
        "!has(self.via) || self.via != 'NodeAgent' || !has(self.onFailure)"
            + " || !has(self.onFailure.operatorDown) || self.onFailure.operatorDown != 'Reject'",
    message =
        "with via: NodeAgent no webhook is called for these pods, so none can be rejected: leave"
            + " operatorDown out, or write via: Admission")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketTuningSpec(
    @Required
        @JsonPropertyDescription(
            "Selects the pods of this namespace that are tuned, by at least one label.")
        Selector selector,
    @Default("Tune")
        @JsonPropertyDescription(
            "What the operator does with the selected pods. Tune: injects the settings into new"
                + " pods. Observe: injects nothing, and compares what running pods have with"
                + " this resource.")
        Mode mode,
    @JsonPropertyDescription(
            "What tunes the pods. Admission: a webhook adds an init container to new pods."
                + " NodeAgent: the agent of the pod's node tunes the pod when its containers are"
                + " created, and the pod stays as its owner wrote it; only on nodes that a"
                + " WebSocketNodeTuning with pods: Allowed selects. Absent: Admission.")
        Via via,
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "Name of the container that runs the WebSocket server. Default: the one named by"
                + " the pod's annotation kubectl.kubernetes.io/default-container, otherwise the"
                + " only container. Required if a pod has several containers and no such"
                + " annotation.")
        String container,
    @Size(max = 8)
        @JsonPropertyDescription(
            "TCP ports on which the server accepts WebSockets. Default: every port that it"
                + " listens on.")
        List<Port> ports,
    @JsonPropertyDescription(
            "How many connections one pod should hold. The open files limit follows from it and"
                + " is shown in status.plan.")
        Connections connections,
    @JsonPropertyDescription(
            "Open files limit (RLIMIT_NOFILE) of the server process. The first method that"
                + " suffices sets it: the container runtime's own limit, the node agent of a"
                + " WebSocketNodeTuning, then the launcher or the preload library, if"
                + " methods.openFiles lists them.")
        OpenFiles openFiles,
    @JsonPropertyDescription(
            "How soon a dead peer must be found. keepalive, userTimeoutSeconds and"
                + " net.ipv4.tcp_retries2 follow from it and are shown in status.plan.")
        DeadPeers deadPeers,
    @JsonPropertyDescription(
            "TCP keepalive of accepted connections. The values are set as sysctls of the pod's"
                + " network namespace, and by one of methods.sockets on every socket that the"
                + " server accepts.")
        KeepaliveSettings keepalive,
    @Min(1)
        @Max(86400)
        @JsonPropertyDescription(
            "TCP_USER_TIMEOUT of accepted sockets: how many seconds sent data may stay"
                + " unacknowledged. It covers what keepalive cannot: a peer that vanishes while the"
                + " server sends.")
        Integer userTimeoutSeconds,
    @JsonPropertyDescription(
            "Which value counts if the application sets socket options itself. Respect: the"
                + " application's. Override: the stricter value of each option, so that a dead"
                + " peer is never found later than you want. Default: Override with deadPeers,"
                + " otherwise Respect.")
        ApplicationKeepalive applicationKeepalive,
    @Size(max = 8)
        @JsonPropertyDescription(
            "Load balancers and proxies between clients and pods that close idle connections. Probes"
                + " start early enough for the shortest idle time; the status warns if they cannot.")
        List<Hop> path,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Further settings of the pod's network namespace. Only listed keys are supported.")
        List<SysctlSetting> sysctls,
    @JsonPropertyDescription("By which methods pods may be tuned.") Methods methods,
    @JsonPropertyDescription("How running pods are observed.") Observing observation,
    @JsonPropertyDescription("What happens to pods that already run when the settings change.")
        Rollout rollout,
    @JsonPropertyDescription("What happens to pods when tuning is not possible.")
        OnFailure onFailure) {

  public enum Mode {
    Observe,
    Tune
  }

  /** What tunes pods. It belongs to no plan's hash: the wishes are the same either way. */
  public enum Via {
    Admission,
    NodeAgent
  }

  public enum ApplicationKeepalive {
    Respect,
    Override
  }

  /** One entry of {@code ports}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Port(
      @Required @Min(1) @Max(65535) @JsonPropertyDescription("The port number.") Integer port) {}

  /** One entry of {@code path}: something between clients and pods. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Hop(
      @Required
          @Size(min = 1, max = 63)
          @Pattern("^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")
          @JsonPropertyDescription("A name of your choice. The status shows it.")
          String name,
      @Required
          @Min(10)
          @Max(86400)
          @JsonPropertyDescription(
              "Seconds after which the hop closes an idle connection (AWS NLB 350, Azure 240,"
                  + " GCP 600).")
          Integer idleSeconds) {}

  /** {@code connections}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Connections(
      @Required
          @Min(1)
          @Max(100000000)
          @JsonPropertyDescription(
              "WebSockets that one pod should hold. Each needs an open file. The operator adds"
                  + " a tenth for connections that come and go, and 1024 for the process itself.")
          Long perPod,
      @JsonPropertyDescription(
              "Memory that the server itself needs for one connection, as you measured it, from"
                  + " 1Ki to 1Gi. Without it, status.observations.capacity counts only the"
                  + " kernel's memory.")
          Quantity memoryEach) {

    /**
     * Memory in bytes that the server needs for one connection; empty if the user did not measure
     * it.
     */
    @JsonIgnore
    public OptionalLong memoryEachBytes() {
      return memoryEach == null
          ? OptionalLong.empty()
          : OptionalLong.of(memoryEach.getNumericalAmount().longValue());
    }
  }

  /** {@code deadPeers}: how soon a peer that vanished without a word is found. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeadPeers(
      @Required
          @Min(10)
          @Max(86400)
          @JsonPropertyDescription(
              "Longest time in seconds that the connection to a vanished peer may live, idle or"
                  + " not. Below 10 a single lost probe would cut a client. A short time cuts"
                  + " clients whose network fails for a moment: see docs/dead-peers.md.")
          Integer withinSeconds) {}

  /** {@code observation}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Observing(
      @Default("Allowed")
          @JsonPropertyDescription(
              "Whether the observer may open connections. Allowed: it opens and closes one"
                  + " loopback connection to each port, which shows the keepalive time exactly,"
                  + " and one to itself. Never: it looks only at existing connections.")
          Probe probe,
      @Default("Ignore")
          @JsonPropertyDescription(
              "Whether the operator reads the server's log. Read: it reads the open files limit"
                  + " that AnyCable-Go logs when it starts, and shows it next to the measured"
                  + " one. This works only in namespaces that bind the operator to the"
                  + " ClusterRole wstuning-log-reader.")
          ServerLog serverLog) {}

  public enum ServerLog {
    Ignore,
    Read
  }

  public enum Probe {
    Allowed,
    Never
  }

  /** {@code openFiles}: the limit of file descriptors of the server process. */
  @ValidationRule(
      value = "has(self.minimum) || has(self.maximum)",
      message = "openFiles needs a value: write minimum, maximum or both")
  @ValidationRule(
      value = "!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum",
      message = "openFiles.minimum is above openFiles.maximum: lower it, or raise the maximum")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFiles(
      @Min(OpenFiles.FEWEST)
          @Max(OpenFiles.MOST)
          @JsonPropertyDescription(
              "Smallest soft limit that suffices. Each connection needs a file descriptor, so"
                  + " this limits the number of connections. A lower limit is raised; a higher"
                  + " one stays as it is.")
          Long minimum,
      @Min(OpenFiles.FEWEST)
          @Max(OpenFiles.MOST)
          @JsonPropertyDescription(
              "Largest limit that the server may have; a higher one is lowered. Use it for"
                  + " runtimes that size tables by the limit, such as the BEAM: a limit of a"
                  + " billion costs it gigabytes.")
          Long maximum) {

    public static final long FEWEST = 64;
    public static final long MOST = 1_073_741_816;
  }

  /** {@code keepalive}: bounds are those of the kernel's socket options. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record KeepaliveSettings(
      @Required
          @Min(1)
          @Max(32767)
          @JsonPropertyDescription(
              "Seconds without traffic before the first probe (net.ipv4.tcp_keepalive_time). The"
                  + " kernel's default is 7200.")
          Integer timeSeconds,
      @Required
          @Min(1)
          @Max(32767)
          @JsonPropertyDescription(
              "Seconds between probes that are not answered (net.ipv4.tcp_keepalive_intvl). The"
                  + " kernel's default is 75.")
          Integer intervalSeconds,
      @Required
          @Min(1)
          @Max(127)
          @JsonPropertyDescription(
              "Unanswered probes after which the connection is closed"
                  + " (net.ipv4.tcp_keepalive_probes). The kernel's default is 9.")
          Integer probes) {}

  /** One entry of {@code sysctls}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SysctlSetting(
      @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The key.") String name,
      @Required
          @Size(min = 1, max = 64)
          @JsonPropertyDescription(
              "The value, in quotes: whole numbers, separated by single spaces if the key takes"
                  + " several.")
          String value) {}

  /** {@code rollout}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rollout(
      @Default("Keep")
          @JsonPropertyDescription(
              "What happens to running pods when the settings change. Keep: they stay as they"
                  + " are until you restart them. Restart: the operator restarts each workload"
                  + " once for each change, after one of its pods was tuned successfully. It also"
                  + " replaces, one after the other, pods that started before the agent of their"
                  + " node could tune them or grant them open files.")
          ExistingPods existingPods,
      @Default("false")
          @JsonPropertyDescription(
              "Whether restarts are paused. true: the operator restarts no pod of this"
                  + " resource, even with existingPods: Restart. New pods are tuned as usual.")
          Boolean paused) {}

  public enum ExistingPods {
    Keep,
    Restart
  }

  /** {@code onFailure}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OnFailure(
      @Default("Admit")
          @JsonPropertyDescription(
              "What happens while no replica of the operator answers. Admit: pods are created"
                  + " untuned and counted as missed. Reject: pods that the selector matches"
                  + " cannot be created.")
          OperatorDown operatorDown,
      @Default("Start")
          @JsonPropertyDescription(
              "What happens when the kernel refuses a setting. Start: the pod starts without it"
                  + " and the status shows that. Hold: the pod does not start.")
          TuningError tuningError) {}

  public enum OperatorDown {
    Admit,
    Reject
  }

  public enum TuningError {
    Start,
    Hold
  }

  /** A spec that selects pods and sets nothing. */
  static WebSocketTuningSpec selecting(Selector selector) {
    return new WebSocketTuningSpec(
        selector, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null);
  }

  /** What tunes the pods. The schema has no default for it. */
  public Via viaOrDefault() {
    return via == null ? Via.Admission : via;
  }

  /** The mode, with the CRD's default for objects that never passed the API server. */
  public Mode modeOrDefault() {
    return mode == null ? Mode.Tune : mode;
  }

  public Methods methodsOrDefault() {
    return methods == null ? Methods.DEFAULT : methods;
  }

  /**
   * What wins. With {@code deadPeers}, the application must not be able to break what the tuning
   * promises.
   */
  public ApplicationKeepalive applicationKeepaliveOrDefault() {
    if (applicationKeepalive != null) {
      return applicationKeepalive;
    }
    return deadPeers == null ? ApplicationKeepalive.Respect : ApplicationKeepalive.Override;
  }

  /** The hop that closes idle connections first. */
  public Optional<Hop> firstToCut() {
    return path == null
        ? Optional.empty()
        : path.stream().min(Comparator.comparing(Hop::idleSeconds));
  }

  public boolean serverLogRead() {
    return observation != null && observation.serverLog() == ServerLog.Read;
  }

  public boolean probeAllowed() {
    return observation == null || observation.probe() != Probe.Never;
  }

  public ExistingPods existingPodsOrDefault() {
    return rollout == null || rollout.existingPods() == null
        ? ExistingPods.Keep
        : rollout.existingPods();
  }

  public boolean rolloutPaused() {
    return rollout != null && Boolean.TRUE.equals(rollout.paused());
  }

  public OperatorDown operatorDownOrDefault() {
    return onFailure == null || onFailure.operatorDown() == null
        ? OperatorDown.Admit
        : onFailure.operatorDown();
  }

  public TuningError tuningErrorOrDefault() {
    return onFailure == null || onFailure.tuningError() == null
        ? TuningError.Start
        : onFailure.tuningError();
  }

  public List<Integer> portsOrEmpty() {
    return ports == null ? List.of() : ports.stream().map(Port::port).toList();
  }

  public List<SysctlSetting> sysctlsOrEmpty() {
    return sysctls == null ? List.of() : sysctls;
  }
}
