package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.status.NodeStateConditions;
import dev.wstuning.operator.node.status.NodeTuningStatusFactory;
import dev.wstuning.operator.node.wave.FleetPlanner;
import dev.wstuning.operator.publish.Events;
import dev.wstuning.operator.publish.ReadyEvents;
import dev.wstuning.operator.publish.StatusNews;
import dev.wstuning.operator.publish.StatusPublisher;
import dev.wstuning.operator.publish.StatusWrites;
import dev.wstuning.operator.publish.TargetRequests;
import dev.wstuning.operator.publish.WriteBudget;
import dev.wstuning.operator.publish.WritePace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Wires the node side.
 *
 * @param client a client that does not retry, because the framework does
 * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
 * @param instance the name of this replica
 * @param tunings hears of the statuses of node tunings
 * @param states hears of the statuses of WebSocketNodeStates
 */
public record NodeWiring(
    KubernetesClient client,
    Clock clock,
    LongSupplier nanoTime,
    NodeAgentDaemonSet agent,
    String instance,
    StatusWrites tunings,
    StatusWrites states) {

  /** A change of settings concerns thousands of nodes, and others use the API server, too. */
  private static final int WRITES_PER_SECOND = 50;

  public NodeFleet fleet(NodeTuningInformers informers) {
    return of(informers);
  }

  NodeFleet of(NodeFleetView view) {
    TargetRequests requests =
        new TargetRequests(new WriteBudget(WRITES_PER_SECOND, nanoTime), nanoTime);
    return new NodeFleet(
        view,
        new FleetPlanner(nanoTime),
        new NodeWriters(
            new NodeStateWriter(client, requests, view::hasTunedPods),
            new AgentDeployment(client, agent, requests),
            new NodeLabelWriter(client, requests),
            new NodeConditionWriter(client, requests, new NodeStateConditions(clock), states)),
        requests,
        clock,
        nanoTime);
  }

  /**
   * @param leading whether this replica is the leader
   */
  public NodeTuningReconciler reconciler(
      NodeTuningInformers informers, NodeFleet fleet, BooleanSupplier leading) {
    return new NodeTuningReconciler(
        informers,
        fleet,
        new NodeTuningStatusFactory(clock),
        new StatusPublisher<>(
            WebSocketNodeTuning::new,
            status ->
                Arrays.asList(
                    status.observedGeneration(), Conditions.states(status.conditionsOrEmpty())),
            WritePace.ofStatuses(),
            tunings,
            List.of(news(new Events(client, instance, clock)))),
        leading);
  }

  static StatusNews<WebSocketNodeTuning, WebSocketNodeTuningStatus> news(Events events) {
    return new ReadyEvents<>(
        events,
        WritePace.ofEvents(),
        tuning -> "nodeTuning=" + tuning.getMetadata().getName(),
        WebSocketNodeTuningStatus::conditionsOrEmpty);
  }
}
