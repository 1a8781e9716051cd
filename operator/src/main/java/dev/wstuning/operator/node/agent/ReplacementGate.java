package dev.wstuning.operator.node.agent;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Keeps a broken version of the agent from replacing all working agents. The gate uses what is
 * observed, so that it still works after a restart of the operator. It remembers only whose agent
 * was deleted, and whether that agent served.
 */
final class ReplacementGate {

  /** How long the successor of a deleted pod may be missing because of the deletion. */
  private static final Duration ARRIVAL = Duration.ofMinutes(2);

  /** One in this many agents may be down while others apply again. */
  private static final int SHARE = 20;

  private final LongSupplier nanoTime;
  private final Map<String, Deleted> deleted = new HashMap<>();

  /**
   * An agent that was deleted, and whose successor is not ready yet.
   *
   * @param at the nanosecond of the deletion; empty if it was refused
   * @param served whether the container runtime called it
   */
  private record Deleted(String uid, OptionalLong at, boolean served) {

    /** If the node served once, it must serve again, even after several attempts. */
    Deleted then(Deleted next) {
      return new Deleted(next.uid, next.at, served || next.served);
    }
  }

  ReplacementGate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
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
        state.node().name(),
        new Deleted(uid, OptionalLong.of(nanoTime.getAsLong()), state.agentServes()),
        Deleted::then);
  }

  /** Notes that the deletion of an agent was refused. */
  void refused(AgentPod pod) {
    deleted.computeIfPresent(
        pod.node(), (node, d) -> new Deleted(d.uid(), OptionalLong.empty(), d.served()));
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

  /** Whether the node's agent was deleted, and the next one does not exist yet. */
  private boolean isArriving(TunedNode state) {
    Deleted before = deleted.get(state.node().name());
    return before != null
        && state.node().runsPods()
        && isRecent(before)
        && state.agent().filter(a -> !a.ending() && !a.uid().equals(before.uid())).isEmpty();
  }

  private boolean isRecent(Deleted before) {
    return before.at().isPresent()
        && nanoTime.getAsLong() - before.at().getAsLong() < ARRIVAL.toNanos();
  }

  /**
   * Whether the node's agent exists but does not work. An agent that the container runtime does not
   * call counts as working, unless the runtime called the one before.
   */
  private boolean isDown(TunedNode state) {
    Deleted before = deleted.get(state.node().name());
    boolean servedBefore = before != null && before.served();
    return state.node().runsPods()
        && state.agent().filter(a -> !a.ending() && !a.ready()).isPresent()
        && (servedBefore || !state.agentUnasked());
  }
}
