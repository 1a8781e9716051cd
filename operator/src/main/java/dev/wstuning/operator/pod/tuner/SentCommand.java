package dev.wstuning.operator.pod.tuner;

import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an observer was sent for, perhaps by another version of the operator. Its report answers
 * that, and nothing else.
 *
 * @param ports the ports that it looks at, separated by commas; empty for all
 * @param probe whether it may open connections
 * @param keys the sysctls that it reads, separated by commas, in the order of its report
 */
public record SentCommand(String ports, boolean probe, String keys) {

  private static final String PORTS = "--ports=";
  private static final String NO_PROBE = "--probe=false";
  private static final String KEYS = "--keys=";

  /** Those that this version knows. Every key is read, so that a report outlives the spec. */
  static final String ALL_KEYS =
      Arrays.stream(Sysctl.values()).map(Sysctl::key).collect(Collectors.joining(","));

  /** Few differ, and there may be one in each of a hundred thousand pods. */
  public static SentCommand read(Collection<String> arguments) {
    return new SentCommand(
        value(PORTS, arguments).intern(),
        !arguments.contains(NO_PROBE),
        value(KEYS, arguments).intern());
  }

  private static String value(String flag, Collection<String> arguments) {
    for (String argument : arguments) {
      if (argument.startsWith(flag)) {
        return argument.substring(flag.length());
      }
    }
    return "";
  }

  static String joined(List<Integer> ports) {
    return ports.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The twin of {@link #read}. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (!ports.isEmpty()) {
      arguments.add(PORTS + ports);
    }
    if (!probe) {
      arguments.add(NO_PROBE);
    }
    arguments.add(KEYS + keys);
    return arguments;
  }

  /**
   * Everything that distinguishes one question from another. Names are made of it, also those of
   * version 0.2.0, so it cannot change.
   *
   * @param request what a user wrote to have pods observed again
   */
  public String question(String request) {
    String list = "[" + ports.replace(",", ", ") + "]";
    return String.join("\n", request, list, String.valueOf(probe), keys);
  }

  /** Whether its report shows those ports, if they are open. */
  boolean looksAt(List<Integer> wanted) {
    return wanted.isEmpty()
        ? ports.isEmpty()
        : names(ports).containsAll(wanted.stream().map(String::valueOf).toList());
  }

  /** Whether its report has those sysctls. */
  boolean reads(Collection<Sysctl> wanted) {
    return names(keys).containsAll(wanted.stream().map(Sysctl::key).toList());
  }

  private static List<String> names(String list) {
    return List.of(list.split(","));
  }

  /** How many sysctls its report has. */
  public int size() {
    return keys.isEmpty() ? 0 : names(keys).size();
  }

  /** A report with the sysctls that this version knows, in their order. */
  public ServerReport inOrder(ServerReport report) {
    return keys.equals(ALL_KEYS) ? report : reordered(report);
  }

  private ServerReport reordered(ServerReport report) {
    List<String> read = names(keys);
    List<String> values = new ArrayList<>();
    List<Integer> unread = new ArrayList<>();
    for (Sysctl sysctl : Sysctl.values()) {
      int at = read.indexOf(sysctl.key());
      values.add(at < 0 ? null : report.values().get(at));
      if (at < 0 || report.unread().contains(at)) {
        unread.add(sysctl.ordinal());
      }
    }
    return report.withValues(values, unread);
  }
}
