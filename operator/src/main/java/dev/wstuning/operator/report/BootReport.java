package dev.wstuning.operator.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What {@code tuner apply} wrote and read back before the pod's containers started.
 *
 * @param plan the hash of the plan that it was given
 * @param nofile the limit of open files that the runtime gives containers of this pod
 * @param values what was read back, in the order of the arguments; null where it could not be read
 * @param errors what the kernel refused
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BootReport(
    int v,
    String kind,
    String tuner,
    String plan,
    OpenFilesLimit nofile,
    List<String> values,
    List<Failure> errors) {

  public BootReport {
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /**
   * A setting that the kernel refused.
   *
   * @param at index of the argument
   */
  public record Failure(int at, String message) {}
}
