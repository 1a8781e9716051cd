package dev.wstuning.operator.node.agent;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.PlannedNode;
import dev.wstuning.operator.node.plan.TuningsAnnotation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A node that is or was tuned.
 *
 * @param planned what it must have; empty if no tuning selects it any more
 * @param object what its agent must do and reports
 * @param refusal what the API server refused for this node and why, in words
 * @param at the time of this state
 */
public record TunedNode(
    NodeFacts node,
    Optional<PlannedNode> planned,
    Optional<WebSocketNodeState> object,
    Optional<AgentPod> agent,
    Optional<String> refusal,
    Instant at) {

  static final Comparator<TunedNode> BY_NAME = Comparator.comparing(s -> s.node().name());

  /** How long an agent may take to connect before the status reports it. */
  private static final Duration STARTING = Duration.ofSeconds(30);

  /**
   * How long its pod may take until the init container has ended, including the pull of the image.
   */
  private static final Duration PULLING = Duration.ofMinutes(5);

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

  public List<AppliedSetting> settings() {
    return reported().map(WebSocketNodeStateStatus::settingsOrEmpty).orElse(List.of());
  }

  /** Whether the agent is not ready yet and needs only a moment. */
  public boolean agentStarting() {
    return agent.isEmpty()
        || agent.get().ending()
        || (!agent.get().ready()
            && agent.get().appliedAt().filter(t -> t.plus(STARTING).isBefore(at)).isEmpty());
  }

  /** Whether its init container should have ended by now. */
  public boolean agentStuck() {
    return agent
        .filter(a -> !a.ending() && !a.ready() && a.appliedAt().isEmpty())
        .flatMap(AgentPod::createdAt)
        .filter(t -> t.plus(PULLING).isBefore(at))
        .isPresent();
  }

  /** Whether its agent reports that the container runtime does not call it. */
  boolean agentUnasked() {
    return grants()
        && agent.filter(a -> a.problem().isEmpty() && a.appliedAt().isPresent()).isPresent()
        && !agentStarting()
        && reported()
            .map(WebSocketNodeStateStatus::openFiles)
            .filter(o -> !o.isServing())
            .isPresent();
  }

  /** Whether the container runtime calls its agent. */
  boolean agentServes() {
    return agentReady()
        && reported()
            .map(WebSocketNodeStateStatus::openFiles)
            .filter(Serving::isServing)
            .isPresent();
  }

  /** Whether its agent has this template. */
  boolean runs(String template) {
    return agent.filter(a -> a.template().equals(template)).isPresent();
  }

  public boolean agentReady() {
    return agent.filter(AgentPod::ready).isPresent();
  }

  public boolean selectedBy(String tuning) {
    return planned.filter(p -> p.tunings().contains(tuning)).isPresent();
  }

  /** Whether this tuning selects or selected the node, according to its object. */
  public boolean had(String tuning) {
    return object.stream().flatMap(o -> TuningsAnnotation.had(o).stream()).anyMatch(tuning::equals);
  }

  /** Whether its agent should grant open files. */
  public boolean grants() {
    return planned.filter(p -> p.spec().openFiles() != null).isPresent();
  }

  /**
   * Whether the agent could not restore an original value. It reports unwanted settings only for
   * that reason.
   */
  boolean unrestored() {
    return settings().stream().anyMatch(s -> s.wanted() == null);
  }

  boolean drifted() {
    return settings().stream().anyMatch(AppliedSetting::hasDrifted);
  }
}
