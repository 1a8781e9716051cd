package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.pace.Pace;
import dev.wstuning.operator.pod.admission.SelfTest;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.ObserverLauncher;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.rollout.Restarter;
import dev.wstuning.operator.pod.rollout.StuckPods;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.publish.Events;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Wires the reconciler.
 *
 * @param client one that does not repeat what is refused: the framework does
 * @param namespace the operator's own
 * @param instance the name of this replica
 * @param observersPerSecond how many observers may be sent, and logs read, in the whole cluster
 */
public record ReconcilerFactory(
    KubernetesClient client,
    Clock clock,
    String tunerImage,
    String namespace,
    String instance,
    int observersPerSecond) {

  /**
   * @param leading whether this replica is the one that writes
   */
  public TuningReconciler create(
      TuningCaches caches,
      WebhookRegistration registration,
      AuthorityStore authority,
      SelfTest selfTest,
      BooleanSupplier leading) {
    Observer observer =
        new Observer(
            new ObserverLauncher(client, tunerImage, new Pace(observersPerSecond, clock)), clock);
    return new TuningReconciler(
        caches,
        new Gatherer(
            caches, observer, new ServerLog(client, new Pace(observersPerSecond, clock), clock)),
        new Injection(registration, authority, tunerImage, clock),
        new Interventions(new StuckPods(client), new Restarter(client, clock), tunerImage),
        new StatusPublisher(
            new StatusFactory(clock), new EventRecorder(new Events(client, instance, clock))),
        selfTest,
        Set.of("kube-system", namespace),
        leading);
  }
}
