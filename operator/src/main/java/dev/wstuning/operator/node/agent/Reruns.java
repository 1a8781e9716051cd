package dev.wstuning.operator.node.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Decides which init container must run again, because the node does not have what it should. If
 * that does not help, it runs less and less often.
 */
final class Reruns {

  /** The time between the end of an init container and the arrival of its report. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(60);

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Map<String, Attempts> attempts = new HashMap<>();

  /**
   * @param settings names what had to be applied: a generation of one object
   * @param at the nanosecond of the attempt
   * @param pause the time until the next attempt for the same settings
   */
  private record Attempts(String settings, long at, Duration pause) {}

  Reruns(Clock clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Forgets nodes that are gone. */
  void update(Collection<TunedNode> states) {
    attempts.keySet().retainAll(states.stream().map(s -> s.node().name()).toList());
  }

  boolean isDue(TunedNode state) {
    Instant now = clock.instant();
    boolean settled =
        state
            .agent()
            .flatMap(AgentPod::appliedAt)
            .filter(at -> !at.plus(SETTLING).isAfter(now))
            .isPresent();
    if (!settled || state.object().isEmpty() || done(state)) {
      return false;
    }
    Attempts before = attempts.get(state.node().name());
    return before == null
        || !before.settings().equals(settings(state))
        || nanoTime.getAsLong() - before.at() >= before.pause().toNanos();
  }

  private static boolean done(TunedNode state) {
    return state.current() && !state.drifted() && !state.unrestored();
  }

  /** Notes that the init container of this node runs again now. */
  void started(TunedNode state) {
    attempts.merge(
        state.node().name(),
        new Attempts(settings(state), nanoTime.getAsLong(), FIRST_WAIT),
        Reruns::again);
  }

  /** Doubles the pause, unless the settings are others, or the last attempt was long ago. */
  private static Attempts again(Attempts before, Attempts first) {
    boolean other =
        !before.settings().equals(first.settings())
            || first.at() - before.at() > LONGEST_WAIT.multipliedBy(2).toNanos();
    if (other) {
      return first;
    }
    Duration twice = before.pause().multipliedBy(2);
    Duration pause = twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
    return new Attempts(first.settings(), first.at(), pause);
  }

  /** Names the settings with the uid, because a new object counts its generations from one. */
  private static String settings(TunedNode state) {
    return state
        .object()
        .map(o -> o.getMetadata().getUid() + "/" + o.getMetadata().getGeneration())
        .orElse("");
  }
}
