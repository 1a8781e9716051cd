package dev.wstuning.operator.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which agent is to be replaced, so that its init container applies what changed: one at a time,
 * and ever more seldom where that does not help. What it remembers is lost with the operator, which
 * does no harm.
 */
public final class AgentReplacements {

  /** Between two pods of whatever nodes, so that a mistake does not reach all nodes at once. */
  public static final Duration PACE = Duration.ofSeconds(2);

  /** Between the end of an init container and the arrival of what it wrote. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(60);

  private final Clock clock;
  private final Map<String, Attempts> attempts = new HashMap<>();
  private Instant last = Instant.MIN;

  /**
   * @param pause until the same may be tried again for the same generation
   */
  private record Attempts(long generation, Instant at, Duration pause) {}

  public AgentReplacements(Clock clock) {
    this.clock = clock;
  }

  /**
   * The pod to be deleted now, if any.
   *
   * @param template the version that pods shall have
   */
  public Optional<AgentPod> next(Collection<NodeState> states, String template) {
    Instant now = clock.instant();
    attempts.keySet().retainAll(states.stream().map(s -> s.node().name()).toList());
    if (last.plus(PACE).isAfter(now)) {
      return Optional.empty();
    }
    Optional<NodeState> due =
        states.stream()
            .filter(s -> s.agent().filter(a -> !a.ending()).isPresent())
            .sorted(Comparator.comparing(s -> s.node().name()))
            .filter(s -> outdated(s, template) || behind(s, now))
            .findFirst();
    due.ifPresent(state -> remember(state, now));
    return due.flatMap(NodeState::agent);
  }

  private static boolean outdated(NodeState state, String template) {
    return !state.agent().orElseThrow().template().equals(template);
  }

  private boolean behind(NodeState state, Instant now) {
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
        || before.generation() != generation(state)
        || !before.at().plus(before.pause()).isAfter(now);
  }

  private static boolean done(NodeState state) {
    return state.current() && !state.drifted() && !state.unrestored();
  }

  private void remember(NodeState state, Instant now) {
    last = now;
    attempts.merge(
        state.node().name(),
        new Attempts(generation(state), now, FIRST_WAIT),
        (before, first) -> again(before, first));
  }

  /** Twice the pause, unless it is about something else, or was quiet for long. */
  private static Attempts again(Attempts before, Attempts first) {
    boolean other =
        before.generation() != first.generation()
            || before.at().plus(LONGEST_WAIT.multipliedBy(2)).isBefore(first.at());
    if (other) {
      return first;
    }
    Duration twice = before.pause().multipliedBy(2);
    Duration pause = twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
    return new Attempts(first.generation(), first.at(), pause);
  }

  private static long generation(NodeState state) {
    return state.object().map(o -> o.getMetadata().getGeneration()).orElse(0L);
  }
}
