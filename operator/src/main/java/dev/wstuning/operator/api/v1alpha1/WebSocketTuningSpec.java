package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What a user asks for. Absent values are left as the pod has them. */
@ValidationRule(
    value =
        "self.mode == 'Observe' || has(self.deadPeers) || has(self.keepalive)"
            + " || has(self.userTimeoutSeconds) || has(self.openFiles) || has(self.connections)"
            + " || (has(self.sysctls) && size(self.sysctls) > 0)",
    message =
        "nothing is asked for: write connections, openFiles, deadPeers, keepalive,"
            + " userTimeoutSeconds or sysctls, or mode: Observe")
@ValidationRule(
    value = "!has(self.connections) || !has(self.openFiles) || !has(self.openFiles.minimum)",
    message =
        "connections derives openFiles.minimum: write connections without it, or it without"
            + " connections")
@ValidationRule(
    value =
        "!has(self.connections) || !has(self.openFiles) || !has(self.openFiles.maximum)"
            + " || self.openFiles.maximum >= self.connections.perPod"
            + " + self.connections.perPod / 10 + 1024",
    message =
        "openFiles.maximum is too low for connections.perPod, which needs itself, a tenth more and"
            + " 1024: raise it")
@ValidationRule(
    value =
        "!has(self.launcher) || self.launcher == 'Never' || has(self.openFiles)"
            + " || has(self.connections)",
    message = "launcher: Allowed sets open files: write openFiles or connections, too")
@ValidationRule(
    value = "!has(self.deadPeers) || !(has(self.keepalive) || has(self.userTimeoutSeconds))",
    message =
        "deadPeers derives keepalive and userTimeoutSeconds: write deadPeers without them, or them"
            + " without deadPeers")
@ValidationRule(
    value =
        "!has(self.deadPeers) || !has(self.sysctls)"
            + " || !self.sysctls.exists(s, s.name == 'net.ipv4.tcp_retries2')",
    message = "deadPeers derives net.ipv4.tcp_retries2: remove it from sysctls")
@ValidationRule(
    value =
        "!has(self.keepalive) || !has(self.userTimeoutSeconds) || self.userTimeoutSeconds >"
            + " self.keepalive.timeSeconds"
            + " + self.keepalive.intervalSeconds * (self.keepalive.probes - 1)",
    message =
        "userTimeoutSeconds must be above timeSeconds + intervalSeconds * (probes - 1) of keepalive,"
            + " or fewer lost probes than asked for cut a client: raise it, or shorten keepalive")
@ValidationRule(
    value =
        "!has(self.applicationKeepalive) || self.applicationKeepalive == 'Respect'"
            + " || has(self.deadPeers) || has(self.keepalive) || has(self.userTimeoutSeconds)",
    message =
        "applicationKeepalive: Override needs values that override: write deadPeers, keepalive or"
            + " userTimeoutSeconds")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WebSocketTuningSpec(
    @Required
        @JsonPropertyDescription(
            "The pods of this namespace that are tuned. It must select by at least one label.")
        Selector selector,
    @Default("Tune")
        @JsonPropertyDescription(
            "Tune injects the settings into new pods. Observe injects nothing and reports what"
                + " running pods have, judged against the values of this resource.")
        Mode mode,
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "Name of the container that runs the WebSocket server. Default: the one named by the"
                + " pod's annotation kubectl.kubernetes.io/default-container, else the only"
                + " container; required where a pod has several and no such annotation.")
        String container,
    @Size(max = 8)
        @JsonPropertyDescription(
            "TCP ports on which the server accepts WebSockets. Default: every port that it"
                + " listens on.")
        List<@Min(1) @Max(65535) Integer> ports,
    @JsonPropertyDescription(
            "How many connections one pod shall hold: openFiles.minimum is derived from it and shown"
                + " in status.plan.")
        Connections connections,
    @JsonPropertyDescription(
            "Open files limit (RLIMIT_NOFILE) of the server process. It is set by the first of these"
                + " that is there: what the container runtime gives, the node agent of a"
                + " WebSocketNodeTuning, then launcher or preload where they are allowed.")
        OpenFiles openFiles,
    @JsonPropertyDescription(
            "The outcome that is wanted instead of its numbers: keepalive, userTimeoutSeconds and"
                + " net.ipv4.tcp_retries2 are derived from it and shown in status.plan.")
        DeadPeers deadPeers,
    @JsonPropertyDescription(
            "TCP keepalive: sysctls of the pod's network namespace, and the same values on every"
                + " socket that the server accepts, by eBPF programs on the pod's cgroup or by a"
                + " preloaded library.")
        KeepaliveSettings keepalive,
    @Min(1)
        @Max(86400)
        @JsonPropertyDescription(
            "TCP_USER_TIMEOUT of accepted sockets: seconds that sent data may stay unacknowledged."
                + " It bounds what keepalive cannot: a peer that vanishes while the server sends.")
        Integer userTimeoutSeconds,
    @JsonPropertyDescription(
            "What wins where the application sets socket options itself. Respect: the application."
                + " Override: of each option the stricter value, so that a dead peer is never found"
                + " later than asked. Default: Override with deadPeers, else Respect.")
        ApplicationKeepalive applicationKeepalive,
    @Min(10)
        @Max(86400)
        @JsonPropertyDescription(
            "Seconds after which a load balancer in front of the pods cuts idle connections (AWS"
                + " NLB 350, Azure 240, GCP 600). The status warns where probes start too late.")
        Integer loadBalancerIdleSeconds,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Further settings of the pod's network namespace, from a closed list of keys.")
        List<SysctlSetting> sysctls,
    @Default("Auto")
        @JsonPropertyDescription(
            "Whether pods may get a privileged init container. Privileged: always. Unprivileged:"
                + " never, only sysctls that Kubernetes calls safe can be set, in the pod's"
                + " security context. Auto: privileged where the namespace's Pod Security level"
                + " admits it, else unprivileged.")
        Privilege privilege,
    @Default("Never")
        @JsonPropertyDescription(
            "Whether pods without a privileged init container may get a small library by"
                + " LD_PRELOAD that sets keepalive and user timeout on listening sockets. It replaces"
                + " an LD_PRELOAD of the image, and does nothing for statically linked servers."
                + " Pods that set LD_PRELOAD themselves are left as they are. It also raises the soft"
                + " limit of open files to the hard one, in pods of either privilege.")
        Preload preload,
    @Default("Never")
        @JsonPropertyDescription(
            "Whether the server may be started by a small program that raises the soft limit of open"
                + " files up to the hard one and then becomes the server. It works for statically"
                + " linked servers, too, but only in containers whose pod states a command.")
        Launcher launcher,
    @JsonPropertyDescription("How running pods are looked at.") Observing observation,
    @JsonPropertyDescription("What happens to pods that already run when the settings change.")
        Rollout rollout,
    @JsonPropertyDescription("What happens to pods when tuning is not possible.")
        OnFailure onFailure) {

  public enum Mode {
    Observe,
    Tune
  }

  public enum Privilege {
    Auto,
    Privileged,
    Unprivileged
  }

  public enum ApplicationKeepalive {
    Respect,
    Override
  }

  public enum Preload {
    Never,
    Allowed
  }

  public enum Launcher {
    Never,
    Allowed
  }

  /** {@code connections}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Connections(
      @Required
          @Min(1)
          @Max(100000000)
          @JsonPropertyDescription(
              "WebSockets that one pod shall hold. It needs so many open files, a tenth more for"
                  + " connections that come and go, and 1024 for the process itself.")
          Long perPod,
      @Min(1)
          @Max(1048576)
          @JsonPropertyDescription(
              "Memory in KiB that the server itself needs for one connection, as you measured it."
                  + " Without it, status.observations.capacity counts the kernel's part only.")
          Integer kibibytesEach) {}

  /** {@code deadPeers}: how soon a peer that vanished without a word is found. */
  @ValidationRule(
      value = "self.withinSeconds >= 10",
      message =
          "dead peers cannot be found within less than 10 seconds without cutting clients that lose"
              + " a single probe: write withinSeconds: 10 or more")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeadPeers(
      @Required
          @Min(1)
          @Max(86400)
          @JsonPropertyDescription(
              "Longest time in seconds, at least 10, for which the connection to a vanished peer may"
                  + " live, idle or not. Short times cut clients that are away for a moment; see"
                  + " docs/dead-peers.md.")
          Integer withinSeconds) {}

  /** {@code observation}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Observing(
      @Default("Allowed")
          @JsonPropertyDescription(
              "Allowed: the observer opens and closes one loopback connection to each port, which"
                  + " shows the keepalive time exactly, and one to itself. Never: it looks at existing"
                  + " connections only.")
          Probe probe,
      @Default("Ignore")
          @JsonPropertyDescription(
              "Read: the boot line in which AnyCable-Go tells its open files limit is read from the"
                  + " container's log and shown beside the measured one. The operator may do so only in"
                  + " namespaces that bind it to the ClusterRole wstuning-log-reader.")
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
      @Min(64)
          @Max(1073741816L)
          @JsonPropertyDescription(
              "Smallest soft limit that is good enough. A socket is a file descriptor, so this caps"
                  + " the number of connections. It only raises; a higher limit is left as it is.")
          Long minimum,
      @Min(64)
          @Max(1073741816L)
          @JsonPropertyDescription(
              "Largest limit that the server may have; a higher one is lowered. For runtimes that"
                  + " size tables by it, such as the BEAM, where a limit of a billion costs gigabytes.")
          Long maximum) {}

  /** {@code keepalive}: bounds are those of the kernel's socket options. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record KeepaliveSettings(
      @Required
          @Min(1)
          @Max(32767)
          @JsonPropertyDescription(
              "Seconds without traffic before the first probe (net.ipv4.tcp_keepalive_time).")
          Integer timeSeconds,
      @Required
          @Min(1)
          @Max(32767)
          @JsonPropertyDescription(
              "Seconds between probes that are not answered (net.ipv4.tcp_keepalive_intvl).")
          Integer intervalSeconds,
      @Required
          @Min(1)
          @Max(127)
          @JsonPropertyDescription(
              "Unanswered probes after which the connection is closed"
                  + " (net.ipv4.tcp_keepalive_probes).")
          Integer probes) {}

  /** One entry of {@code sysctls}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SysctlSetting(
      @Required @Size(min = 1, max = 64) @JsonPropertyDescription("The key.") String name,
      @Required
          @Size(min = 1, max = 64)
          @JsonPropertyDescription(
              "The value, in quotes: whole numbers, separated by single blanks where the key"
                  + " takes several.")
          String value) {}

  /** {@code rollout}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rollout(
      @Default("Keep")
          @JsonPropertyDescription(
              "Keep: running pods stay as they are until somebody restarts them. Restart: the"
                  + " operator restarts each workload once for a change of settings, after one of"
                  + " its pods proved to be tuned.")
          ExistingPods existingPods) {}

  public enum ExistingPods {
    Keep,
    Restart
  }

  /** {@code onFailure}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OnFailure(
      @Default("Admit")
          @JsonPropertyDescription(
              "While no replica of the operator answers. Admit: pods are created untuned and are"
                  + " counted as missed. Reject: pods of this selector cannot be created.")
          OperatorDown operatorDown,
      @Default("Start")
          @JsonPropertyDescription(
              "When the kernel refuses a setting. Start: the pod starts without it and the status"
                  + " says so. Hold: the pod does not start.")
          TuningError tuningError) {}

  public enum OperatorDown {
    Admit,
    Reject
  }

  public enum TuningError {
    Start,
    Hold
  }

  /** One that selects pods, and asks for nothing. */
  static WebSocketTuningSpec selecting(Selector selector) {
    return new WebSocketTuningSpec(
        selector, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null, null);
  }

  /** The mode, with the CRD's default for objects that never passed the API server. */
  public Mode modeOrDefault() {
    return mode == null ? Mode.Tune : mode;
  }

  public Privilege privilegeOrDefault() {
    return privilege == null ? Privilege.Auto : privilege;
  }

  /** What wins; a promise of an outcome is kept only if the application cannot break it. */
  public ApplicationKeepalive applicationKeepaliveOrDefault() {
    if (applicationKeepalive != null) {
      return applicationKeepalive;
    }
    return deadPeers == null ? ApplicationKeepalive.Respect : ApplicationKeepalive.Override;
  }

  public boolean preloadAllowed() {
    return preload == Preload.Allowed;
  }

  public boolean launcherAllowed() {
    return launcher == Launcher.Allowed;
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
    return ports == null ? List.of() : ports;
  }

  public List<SysctlSetting> sysctlsOrEmpty() {
    return sysctls == null ? List.of() : sysctls;
  }
}
