package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.plan.PlanContext;
import java.util.List;
import java.util.Optional;

/**
 * What admission must know of the cluster, from caches that every replica keeps. If a cache lacks
 * something, it is read from the API server, never assumed; if that fails, the failure policy of
 * the webhook entry decides.
 */
public interface TuningLookup {

  /** A tuning; read once from the API server if the cache does not have it (yet). */
  Optional<WebSocketTuning> find(String namespace, String name);

  /** All tunings of a namespace. */
  List<WebSocketTuning> inNamespace(String namespace);

  /**
   * What the namespace and the cluster admit.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if neither the cache has it nor
   *     the API server answers
   */
  PlanContext planContext(String namespace);
}
