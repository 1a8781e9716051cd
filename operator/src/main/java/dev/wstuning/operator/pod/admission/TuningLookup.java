package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.plan.PlanContext;
import java.util.List;
import java.util.Optional;

/**
 * What admission must know of the cluster, from caches that every replica keeps. What a cache lacks
 * is read, never assumed; where that fails, the failure policy of the webhook entry decides.
 */
public interface TuningLookup {

  /** A tuning; looked for in the API server once where the cache does not have it (yet). */
  Optional<WebSocketTuning> find(String namespace, String name);

  /** All tunings of a namespace. */
  List<WebSocketTuning> inNamespace(String namespace);

  /**
   * What the namespace and the cluster admit.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if neither the cache nor the API
   *     server tells
   */
  PlanContext planContext(String namespace);
}
