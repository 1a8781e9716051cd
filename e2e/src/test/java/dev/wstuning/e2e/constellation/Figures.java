package dev.wstuning.e2e.constellation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the host and the status show, in the same words. */
final class Figures {

  private Figures() {}

  /** {@code worker 6000; 8080: 40 s}. Ports that are alike share their words. */
  static String text(String process, long limit, SortedMap<Integer, OptionalInt> keepalive) {
    Map<Integer, List<Integer>> alike =
        keepalive.keySet().stream()
            .collect(groupingBy(port -> keepalive.get(port).orElse(0), TreeMap::new, toList()));
    return "%s %d; ".formatted(process, limit)
        + alike.entrySet().stream()
            .map(e -> ports(e.getValue()) + ": " + seconds(e.getKey()))
            .collect(joining(", "));
  }

  private static String ports(List<Integer> ports) {
    int first = ports.get(0);
    int last = ports.get(ports.size() - 1);
    boolean range = ports.size() > 2 && last - first == ports.size() - 1;
    return range
        ? "%d to %d".formatted(first, last)
        : ports.stream().map(String::valueOf).collect(joining(" and "));
  }

  private static String seconds(int seconds) {
    return seconds == 0 ? "off" : seconds + " s";
  }
}
