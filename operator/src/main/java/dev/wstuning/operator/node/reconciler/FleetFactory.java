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
public record FleetFactory(
    KubernetesClient client, Clock clock, NodeAgentDaemonSet agent, String instance) {

  public Fleet fleet(FleetCaches caches) {
    return of(caches);
  }

  Fleet of(FleetView caches) {
    Refusals refusals = new Refusals(clock);
    return new Fleet(
        caches,
        new NodeObjects(client, refusals),
        new AgentDeployment(client, agent, new AgentReplacements(clock), refusals),
        refusals,
        clock);
  }

  /**
   * @param leading whether this replica is the one that writes
   */
  public NodeTuningReconciler reconciler(FleetCaches caches, Fleet fleet, BooleanSupplier leading) {
    return new NodeTuningReconciler(
        caches,
        fleet,
        new NodeStatusPublisher(
            new NodeTuningStatusFactory(clock),
            new NodeEventRecorder(new Events(client, instance, clock))),
        leading);
  }
}
