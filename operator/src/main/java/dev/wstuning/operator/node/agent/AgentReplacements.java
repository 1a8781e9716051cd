package dev.wstuning.operator.node.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Decides which agent is replaced next: one at a time, because it has another template or because
 * its init container must apply a change, and only if the {@link ReplacementGate} allows it. A
 * restarted operator remembers nothing, which does no harm.
 */
public final class AgentReplacements {

  /**
   * The time between two replacements on any nodes, so that a mistake does not reach all nodes at
   * once.
   */
  static final Duration PACE = Duration.ofSeconds(2);

  /** How long others wait for an agent until the operator reports that. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Broken nodes come first: a new template can do no harm there, and a repair is needed there. */
  private static final Comparator<TunedNode> BROKEN_FIRST =
      Comparator.comparing(TunedNode::agentReady).thenComparing(TunedNode.BY_NAME);

  private final LongSupplier nanoTime;
  private final ReplacementGate gate;
  private final Reruns reruns;
  private OptionalLong last = OptionalLong.empty();
  private Optional<Holder> holder = Optional.empty();

  /** The node whose agent all others wait for. */
  private record Holder(String node, long since) {}

  /**
   * @param clock the time of the day, for times that nodes report
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public AgentReplacements(Clock clock, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.gate = new ReplacementGate(nanoTime);
    this.reruns = new Reruns(clock, nanoTime);
  }

  /**
   * The pod to be deleted now, if any.
   *
   * @param template the version that pods should have
   * @param mayReplace false for pods whose deletion was recently refused
   */
  public Optional<AgentPod> next(
      Collection<TunedNode> states, String template, Predicate<AgentPod> mayReplace) {
    reruns.update(states);
    gate.update(states);
    if (last.isPresent() && !isOver(last.getAsLong(), PACE)) {
      return Optional.empty();
    }
    List<TunedNode> candidates =
        states.stream()
            .filter(s -> s.node().runsPods())
            .filter(s -> s.agent().filter(a -> !a.ending()).filter(mayReplace).isPresent())
            .toList();
    Optional<TunedNode> outdated =
        candidates.stream().filter(s -> !s.runs(template)).min(BROKEN_FIRST);
    Optional<TunedNode> behind =
        candidates.stream().filter(s -> s.runs(template)).filter(reruns::isDue).min(BROKEN_FIRST);
    Optional<TunedNode> holdsOutdated = outdated.flatMap(s -> gate.holder(states, template));
    Optional<TunedNode> holdsBehind = behind.flatMap(s -> gate.holder(states, s));
    note(holdsOutdated.or(() -> holdsBehind));
    Optional<TunedNode> due =
        outdated
            .filter(s -> holdsOutdated.isEmpty())
            .or(() -> behind.filter(s -> holdsBehind.isEmpty()));
    due.ifPresent(s -> replacing(s, template));
    return due.flatMap(TunedNode::agent);
  }

  private void replacing(TunedNode state, String template) {
    last = OptionalLong.of(nanoTime.getAsLong());
    gate.deleted(state);
    if (state.runs(template)) {
      reruns.started(state);
    }
  }

  private void note(Optional<TunedNode> state) {
    Optional<String> node = state.map(s -> s.node().name());
    if (!node.equals(holder.map(Holder::node))) {
      holder = node.map(name -> new Holder(name, nanoTime.getAsLong()));
    }
  }

  /** Notes that a pod could not be deleted. */
  public void refused(AgentPod pod) {
    gate.refused(pod);
  }

  /** The node whose agent has kept the others from being replaced for too long. */
  public Optional<String> heldBy() {
    return holder.filter(h -> isOver(h.since(), PATIENCE)).map(Holder::node);
  }

  private boolean isOver(long since, Duration time) {
    return nanoTime.getAsLong() - since >= time.toNanos();
  }
}
