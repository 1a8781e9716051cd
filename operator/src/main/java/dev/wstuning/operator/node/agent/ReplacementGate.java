package dev.wstuning.operator.node.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps an agent that does not work from taking the place of all that do. It holds by what is
 * observed, so that it holds after a restart of the operator as well. It remembers only whose agent
 * was deleted, and whether that one served.
 */
final class ReplacementGate {

  /** How long the successor of a deleted pod may be missing; later there is another reason. */
  private static final Duration ARRIVAL = Duration.ofMinutes(2);

  /** One agent in so many may be down while others apply again. */
  private static final int SHARE = 20;

  private final Clock clock;
  private final Map<String, Deleted> deleted = new HashMap<>();

  /**
   * An agent that was deleted, and is not ready again.
   *
   * @param served whether the container runtime asked it
   */
  private record Deleted(String uid, Instant at, boolean served) {

    /** A node that served once must serve again, whatever was tried on it meanwhile. */
    Deleted then(Deleted next) {
      return new Deleted(next.uid, next.at, served || next.served);
    }
  }

  ReplacementGate(Clock clock) {
    this.clock = clock;
  }

  /** Forgets nodes that are gone, or whose agent is ready again. */
  void update(Collection<TunedNode> states) {
    deleted.keySet().retainAll(states.stream().map(s -> s.node().name()).toList());
    states.stream()
        .filter(s -> s.agentReady() && !isArriving(s))
        .forEach(s -> deleted.remove(s.node().name()));
  }

  /** Notes that the agent of a node is deleted. */
  void deleted(TunedNode state) {
    String uid = state.agent().orElseThrow().uid();
    deleted.merge(
        state.node().name(), new Deleted(uid, clock.instant(), state.agentServes()), Deleted::then);
  }

  /** Notes that it was not deleted after all. */
  void refused(AgentPod pod) {
    deleted.computeIfPresent(
        pod.node(), (node, d) -> new Deleted(d.uid(), Instant.EPOCH, d.served()));
  }

  /** The node whose agent must be ready before one of another template is replaced. */
  Optional<TunedNode> holder(Collection<TunedNode> states, String template) {
    return states.stream()
        .filter(s -> isArriving(s) || (isDown(s) && s.runs(template)))
        .min(TunedNode.BY_NAME);
  }

  /** A node whose agent must be ready before the one of {@code candidate} applies again. */
  Optional<TunedNode> holder(Collection<TunedNode> states, TunedNode candidate) {
    List<TunedNode> down =
        states.stream()
            .filter(s -> isArriving(s) || isDown(s))
            .filter(s -> !s.node().name().equals(candidate.node().name()))
            .sorted(TunedNode.BY_NAME)
            .toList();
    return down.size() < Math.max(1, states.size() / SHARE) ? Optional.empty() : first(down);
  }

  private static Optional<TunedNode> first(List<TunedNode> states) {
    return states.stream().findFirst();
  }

  /** Whether its agent was deleted, and the next one is not there yet. */
  private boolean isArriving(TunedNode state) {
    Deleted before = deleted.get(state.node().name());
    return before != null
        && state.node().runsPods()
        && before.at().plus(ARRIVAL).isAfter(clock.instant())
        && state.agent().filter(a -> !a.ending() && !a.uid().equals(before.uid())).isEmpty();
  }

  /**
   * Whether its agent is there but does not work. One that runs and reports that the container
   * runtime does not ask it works, unless the one before was asked.
   */
  private boolean isDown(TunedNode state) {
    Deleted before = deleted.get(state.node().name());
    boolean servedBefore = before != null && before.served();
    return state.node().runsPods()
        && state.agent().filter(a -> !a.ending() && !a.ready()).isPresent()
        && (servedBefore || !state.agentUnasked());
  }
}
