package dev.wstuning.operator.pod.observation;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * For how many seconds a dead peer may live at most.
 *
 * @param idle on a connection without traffic; empty if unknown
 * @param busy on one with data that is not acknowledged
 * @param within on any; empty if unknown
 */
public record DeadPeerLife(OptionalLong idle, long busy, OptionalLong within) {

  /** The longest on any port; a time is empty if it is unknown for one of them. */
  static Optional<DeadPeerLife> longest(List<ServedPort> ports) {
    if (ports.isEmpty()) {
      return Optional.empty();
    }
    long busy = longest(ports, p -> p.time().busy().seconds());
    boolean idleKnown = ports.stream().allMatch(p -> p.keepalive().isPresent());
    return Optional.of(
        idleKnown
            ? new DeadPeerLife(
                OptionalLong.of(longest(ports, p -> p.time().idle().orElseThrow().seconds())),
                busy,
                OptionalLong.of(longest(ports, p -> p.withinSeconds().orElseThrow())))
            : new DeadPeerLife(OptionalLong.empty(), busy, OptionalLong.empty()));
  }

  private static long longest(List<ServedPort> ports, ToLongFunction<ServedPort> seconds) {
    long longest = 0;
    for (ServedPort port : ports) {
      longest = Math.max(longest, seconds.applyAsLong(port));
    }
    return longest;
  }

  /** The longest of all; empty if the time on an idle connection is unknown. */
  public OptionalLong longest() {
    return idle.isPresent()
        ? OptionalLong.of(Math.max(idle.getAsLong(), busy))
        : OptionalLong.empty();
  }
}
