package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.plan.PlanContext;
import java.util.Collection;
import java.util.Optional;

/**
 * What admission must know of the cluster. If a cache lacks something, or is behind the entry that
 * calls, it is read from the API server, never assumed; if that fails, the failure policy of the
 * entry decides.
 */
public interface TuningLookup {

  /** The tuning that an entry calls for, at least as new as the entry. */
  Optional<WebSocketTuning> find(String namespace, AdmissionPath path);

  /** All tunings of a namespace, as far as they are known. */
  Collection<WebSocketTuning> inNamespace(String namespace);

  /**
   * What the namespace and the cluster admit.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if neither the cache has it nor
   *     the API server answers
   */
  PlanContext planContext(String namespace);
}
