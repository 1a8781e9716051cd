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
        "self.mode == 'Observe' || has(self.keepalive) || has(self.openFiles)"
            + " || (has(self.sysctls) && size(self.sysctls) > 0)",
    message = "nothing is asked for: write keepalive, sysctls or openFiles, or mode: Observe")
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
            "Open files limit that the server needs. In this version it is observed and judged,"
                + " not set.")
        OpenFiles openFiles,
    @JsonPropertyDescription(
            "TCP keepalive of the pod's network namespace. It acts on sockets for which the"
                + " server switched SO_KEEPALIVE on without values of its own.")
        KeepaliveSettings keepalive,
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

  /** {@code openFiles}: the limit of file descriptors of the server process. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFiles(
      @Required
          @Min(64)
          @Max(1073741816L)
          @JsonPropertyDescription(
              "Smallest soft limit (RLIMIT_NOFILE) that is good enough. A socket is a file"
                  + " descriptor, so this caps the number of connections.")
          Long minimum) {}

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

  /** The mode, with the CRD's default for objects that never passed the API server. */
  public Mode modeOrDefault() {
    return mode == null ? Mode.Tune : mode;
  }

  public Privilege privilegeOrDefault() {
    return privilege == null ? Privilege.Auto : privilege;
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
