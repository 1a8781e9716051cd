package dev.wstuning.operator.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

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
   * @param settings what was to be applied: a generation of one object
   * @param pause until the same may be tried again for the same settings
   */
  private record Attempts(String settings, Instant at, Duration pause) {}

  public AgentReplacements(Clock clock) {
    this.clock = clock;
  }

  /**
   * The pod to be deleted now, if any.
   *
   * @param template the version that pods shall have
   * @param mayReplace false for pods whose deletion was refused a short while ago
   */
  public Optional<AgentPod> next(
      Collection<NodeState> states, String template, Predicate<AgentPod> mayReplace) {
    Instant now = clock.instant();
    attempts.keySet().retainAll(states.stream().map(s -> s.node().name()).toList());
    if (last.plus(PACE).isAfter(now)) {
      return Optional.empty();
    }
    Optional<NodeState> due =
        states.stream()
            .filter(s -> s.agent().filter(a -> !a.ending()).filter(mayReplace).isPresent())
            .sorted(Comparator.comparing(s -> s.node().name()))
            .filter(s -> outdated(s, template) || behind(s, now))
            .findFirst();
    if (due.isPresent()) {
      last = now;
    }
    due.filter(state -> !outdated(state, template)).ifPresent(state -> remember(state, now));
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
        || !before.settings().equals(settings(state))
        || !before.at().plus(before.pause()).isAfter(now);
  }

  private static boolean done(NodeState state) {
    return state.current() && !state.drifted() && !state.unrestored();
  }

  private void remember(NodeState state, Instant now) {
    attempts.merge(
        state.node().name(),
        new Attempts(settings(state), now, FIRST_WAIT),
        (before, first) -> again(before, first));
  }

  /** Twice the pause, unless it is about something else, or was quiet for long. */
  private static Attempts again(Attempts before, Attempts first) {
    boolean other =
        !before.settings().equals(first.settings())
            || before.at().plus(LONGEST_WAIT.multipliedBy(2)).isBefore(first.at());
    if (other) {
      return first;
    }
    Duration twice = before.pause().multipliedBy(2);
    Duration pause = twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
    return new Attempts(first.settings(), first.at(), pause);
  }

  /** An object that is made anew counts its generations from one again. */
  private static String settings(NodeState state) {
    return state
        .object()
        .map(o -> o.getMetadata().getUid() + "/" + o.getMetadata().getGeneration())
        .orElse("");
  }
}
