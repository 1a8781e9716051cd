package dev.wstuning.operator.node.agent;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.PodTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.PlannedNode;
import dev.wstuning.operator.node.plan.StateMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A node that is or was tuned, or that a tuning selects.
 *
 * @param planned what it must have; empty if no tuning selects it any more
 * @param object what its agent must do and reports
 * @param agents the pods of its agent: two for a moment while one replaces the other
 * @param refusal what the API server refused for this node and why, in words
 * @param at the time of this state
 */
public record TunedNode(
    NodeFacts node,
    Optional<PlannedNode> planned,
    Optional<WebSocketNodeState> object,
    List<AgentPod> agents,
    Optional<String> refusal,
    Instant at) {

  /** How long an agent may take to connect before the status reports it. */
  private static final Duration STARTING = Duration.ofSeconds(30);

  /** How long its pod may take until the container runs, including the pull of the image. */
  private static final Duration PULLING = Duration.ofMinutes(5);

  public TunedNode with(Optional<PlannedNode> plan) {
    return new TunedNode(node, plan, object, agents, refusal, at);
  }

  public TunedNode refusing(Optional<String> what) {
    return new TunedNode(node, planned, object, agents, what, at);
  }

  public Optional<WebSocketNodeStateStatus> reported() {
    return object.flatMap(o -> Optional.ofNullable(o.getStatus()));
  }

  /** Whether the agent has applied the present spec, since the node's kernel started. */
  public boolean current() {
    return object.isPresent()
        && reported()
            .filter(s -> object.get().getMetadata().getGeneration().equals(s.observedGeneration()))
            .filter(s -> node.bootId().isEmpty() || node.bootId().equals(s.bootID()))
            .isPresent();
  }

  /** Whether its object orders what the tunings give the node; how it counts is not part of it. */
  public boolean told() {
    return planned
        .filter(PlannedNode::gives)
        .map(p -> object.filter(o -> alike(p.spec(), o.getSpec())).isPresent())
        .orElse(true);
  }

  private static boolean alike(WebSocketNodeStateSpec wanted, WebSocketNodeStateSpec told) {
    int any = PodTuning.COUNTS_EVERY_SECONDS;
    return told != null && wanted.countingEvery(any).equals(told.countingEvery(any));
  }

  /** How often its object lets the agent report counts; empty if it must not tune pods. */
  public OptionalInt countsEverySeconds() {
    return object
        .map(PlannedNode::specOf)
        .map(WebSocketNodeStateSpec::pods)
        .map(pods -> OptionalInt.of(pods.countsEverySecondsOrDefault()))
        .orElseGet(OptionalInt::empty);
  }

  public List<AppliedSetting> settings() {
    return reported().map(WebSocketNodeStateStatus::settingsOrEmpty).orElse(List.of());
  }

  /** The pods of its agent, except those that are ending. */
  private Stream<AgentPod> present() {
    return agents.stream().filter(a -> !a.ending());
  }

  public boolean hasAgent() {
    return present().findAny().isPresent();
  }

  public boolean agentReady() {
    return present().anyMatch(AgentPod::ready);
  }

  /** Whether its agent is not ready yet and needs only a moment. */
  public boolean agentStarting() {
    return !agentReady()
        && (!hasAgent()
            || present()
                .anyMatch(
                    a ->
                        a.problem().isEmpty()
                            && a.runningSince()
                                .filter(t -> t.plus(STARTING).isBefore(at))
                                .isEmpty()));
  }

  /** Whether one agent is going and the next one comes. */
  public boolean agentChanging() {
    return !agents.isEmpty() && agentStarting();
  }

  /** A pod of its agent that cannot run. There may be another one that does. */
  public Optional<AgentPod> failingAgent() {
    return present().filter(a -> a.problem().isPresent()).findFirst();
  }

  /** A pod of its agent whose container should run by now. */
  public Optional<AgentPod> stuckAgent() {
    return present()
        .filter(a -> !a.ready() && a.runningSince().isEmpty() && a.problem().isEmpty())
        .filter(a -> a.createdAt().filter(t -> t.plus(PULLING).isBefore(at)).isPresent())
        .findFirst();
  }

  /** A pod of its agent that runs and is not ready. */
  public Optional<AgentPod> silentAgent() {
    return present().filter(a -> !a.ready()).findFirst();
  }

  public boolean selectedBy(String tuning) {
    return planned.filter(p -> p.tunings().contains(tuning)).isPresent();
  }

  /** Whether this tuning gives or gave the node settings, according to its object. */
  public boolean had(String tuning) {
    return object.stream().flatMap(o -> StateMetadata.had(o).stream()).anyMatch(tuning::equals);
  }

  /** Whether its agent should grant open files. */
  public boolean grants() {
    return planned.filter(p -> p.spec().openFiles() != null).isPresent();
  }

  /** Whether its agent should tune pods. */
  public boolean tunesPods() {
    return planned.filter(p -> p.spec().pods() != null).isPresent();
  }
}
