package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.node.agent.AgentReplacements;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.status.NodeTuningStatusFactory;
import dev.wstuning.operator.publish.Events;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * Wires the node side.
 *
 * @param client one that does not repeat what is refused: the framework does
 * @param instance the name of this replica
 */
public record NodeWiring(
    KubernetesClient client, Clock clock, NodeAgentDaemonSet agent, String instance) {

  public NodeFleet fleet(NodeTuningInformers informers) {
    return of(informers);
  }

  NodeFleet of(NodeFleetView informers) {
    TargetRequests requests = new TargetRequests(clock);
    return new NodeFleet(
        informers,
        new WebSocketNodeWriter(client, requests),
        new AgentDeployment(client, agent, new AgentReplacements(clock), requests),
        requests,
        clock);
  }

  /**
   * @param leading whether this replica is the one that writes
   */
  public NodeTuningReconciler reconciler(
      NodeTuningInformers informers, NodeFleet fleet, BooleanSupplier leading) {
    return new NodeTuningReconciler(
        informers,
        fleet,
        new NodeStatusPublisher(
            new NodeTuningStatusFactory(clock),
            new NodeEventRecorder(new Events(client, instance, clock))),
        leading);
  }
}
