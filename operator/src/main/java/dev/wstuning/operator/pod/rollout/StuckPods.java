package dev.wstuning.operator.pod.rollout;

import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.rollout.RolloutListener.Outcome;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evicts pods that never started because of us, so that their owner replaces them. A pod that
 * nothing replaces stays.
 */
public final class StuckPods {

  private static final Logger LOG = LoggerFactory.getLogger(StuckPods.class);

  private final KubernetesClient client;
  private final RolloutListener listener;

  public StuckPods(KubernetesClient client, RolloutListener listener) {
    this.client = client;
    this.listener = listener;
  }

  public void release(PodFacts pod) {
    if (pod.workload().isEmpty() || !pod.phase().equals("Pending")) {
      return;
    }
    evict(client, pod, listener);
  }

  /** Evicts, which respects disruption budgets; whether it was granted. */
  static boolean evict(KubernetesClient client, PodFacts pod, RolloutListener listener) {
    try {
      boolean granted =
          client.pods().inNamespace(pod.namespace()).withName(pod.name()).evict(eviction(pod));
      LOG.info(
          "msg=\"pod evicted\" namespace={} pod={} granted={}",
          pod.namespace(),
          pod.name(),
          granted);
      listener.evicted(granted ? Outcome.DONE : Outcome.REFUSED);
      return granted;
    } catch (KubernetesClientException e) {
      LOG.warn(
          "msg=\"pod not evicted\" namespace={} pod={} problem=\"{}\"",
          pod.namespace(),
          pod.name(),
          e.getMessage());
      listener.evicted(Outcome.of(e));
      return false;
    }
  }

  /** An eviction of this pod, not of a new one with the same name, as in a StatefulSet. */
  private static Eviction eviction(PodFacts pod) {
    return new EvictionBuilder()
        .withNewMetadata()
        .withName(pod.name())
        .withNamespace(pod.namespace())
        .endMetadata()
        .withDeleteOptions(
            new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(pod.uid())
                .endPreconditions()
                .build())
        .build();
  }
}
