package dev.wstuning.operator.pod.plan;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The open files limit (RLIMIT_NOFILE) that a server should have.
 *
 * @param minimum the soft limit is raised to it if it is lower
 * @param maximum soft and hard limit are lowered to it if they are higher
 */
public record OpenFiles(OptionalLong minimum, OptionalLong maximum) {

  /** From values that may be absent; empty if both are. */
  static Optional<OpenFiles> of(Long minimum, Long maximum) {
    return minimum == null && maximum == null
        ? Optional.empty()
        : Optional.of(new OpenFiles(optional(minimum), optional(maximum)));
  }

  private static OptionalLong optional(Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** As a wish in the status, and in the plan's hash. */
  @Override
  public String toString() {
    String least = minimum.isPresent() ? " at least " + minimum.getAsLong() : "";
    String most = maximum.isPresent() ? " at most " + maximum.getAsLong() : "";
    return "open files" + least + most;
  }
}
