package dev.wstuning.operator.pod.observation;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server wrote to its log about its limit of open files. It corroborates and does not decide
 * anything.
 *
 * @param limit the limit; empty if the log has none
 * @param problem why the log has none or could not be read; empty if that is not known either
 */
public record LoggedLimit(OptionalLong limit, Optional<String> problem) {

  private static final LoggedLimit NONE = new LoggedLimit(OptionalLong.empty(), Optional.empty());

  /** What the beginning of a log shows. */
  public static LoggedLimit in(String log) {
    return AnyCableBootLine.in(log)
        .map(
            line ->
                line.limit().isPresent()
                    ? new LoggedLimit(line.limit(), Optional.empty())
                    : unreadable("the server's log reports that it does not know its limit"))
        .orElse(NONE);
  }

  public static LoggedLimit unreadable(String problem) {
    return new LoggedLimit(OptionalLong.empty(), Optional.of(problem));
  }
}
