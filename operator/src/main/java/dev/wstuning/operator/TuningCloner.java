package dev.wstuning.operator;

import dev.wstuning.operator.api.v1alpha1.TolerantResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.Cloner;

/**
 * Copies resources for reconciliations. Specs and statuses of this operator are immutable records,
 * so copies share them. A copy by way of JSON would forget what was not understood.
 */
record TuningCloner(KubernetesClient client) implements Cloner {

  @Override
  @SuppressWarnings("unchecked")
  public <R extends HasMetadata> R clone(R resource) {
    return resource instanceof TolerantResource<?, ?> ours
        ? (R) ours.copy()
        : client.getKubernetesSerialization().clone(resource);
  }
}
