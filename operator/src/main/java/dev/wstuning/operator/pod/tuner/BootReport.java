package dev.wstuning.operator.pod.tuner;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What the init container did before the pod's containers started.
 *
 * @param plan the hash of the plan that it was given
 * @param nofile the limit of open files that the runtime gives containers of this pod
 * @param values what was read back, in the order of the arguments; null where it could not be read
 * @param sockets what was done for the sockets that the server will accept; null if nothing was
 *     wanted
 * @param openFiles what was done for the limit of open files that the server starts with; null if
 *     nothing was wanted
 * @param errors what the kernel refused
 * @param awaitsAgent true if nothing was done, because another container may be granted more open
 *     files; else absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BootReport(
    int v,
    String kind,
    String tuner,
    String plan,
    OpenFilesLimit nofile,
    List<String> values,
    Sockets sockets,
    OpenFiles openFiles,
    List<Failure> errors,
    Boolean awaitsAgent) {

  public BootReport {
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /** Whether the container ended for another one, to which the node's agent may grant more. */
  public boolean awaits() {
    return Boolean.TRUE.equals(awaitsAgent);
  }

  /**
   * A setting that the kernel refused.
   *
   * @param at index of the argument
   */
  public record Failure(int at, String message) {}

  /**
   * Whether the options are set on the sockets that the server will accept.
   *
   * @param error why they are not; null if they are
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sockets(By by, boolean done, String error) {}

  /** By what options are set on sockets. */
  public enum By {
    /** The eBPF programs on the pod's cgroup. */
    Programs,
    /** The library in LD_PRELOAD. */
    Preload
  }

  /**
   * Whether what sets the limit of open files is in place.
   *
   * @param error why it is not; null if it is
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OpenFiles(By by, boolean done, String error) {

    /** By what the server starts with its limit. */
    public enum By {
      /** The library in LD_PRELOAD. */
      Preload,
      /** The program that becomes the server. */
      Launcher
    }
  }
}
