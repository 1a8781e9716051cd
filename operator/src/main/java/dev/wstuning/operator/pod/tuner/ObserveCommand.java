package dev.wstuning.operator.pod.tuner;

import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The command of an observer.
 *
 * @param ports the ports to look at; empty for all
 * @param probe whether it may open connections
 * @param request what a user wrote to have pods observed again
 */
public record ObserveCommand(List<Integer> ports, boolean probe, String request) {

  /** Every key is read, so that a report outlives a change of the spec. */
  private static final String KEYS =
      Arrays.stream(Sysctl.values()).map(Sysctl::key).collect(Collectors.joining(","));

  /** Everything that distinguishes one command from another. */
  public String text() {
    return String.join("\n", request, ports.toString(), String.valueOf(probe), KEYS);
  }

  public List<String> arguments(String start) {
    List<String> arguments = new ArrayList<>(List.of("observe", "--start=" + start));
    if (!ports.isEmpty()) {
      arguments.add(
          "--ports=" + ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    if (!probe) {
      arguments.add("--probe=false");
    }
    arguments.add("--keys=" + KEYS);
    return arguments;
  }
}
