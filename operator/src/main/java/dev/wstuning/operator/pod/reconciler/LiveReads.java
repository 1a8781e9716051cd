package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads from the API server what a cache does not have, or may have too late.
 *
 * @param client with a short time-out and without retries, because a caller waits for the answer
 */
record LiveReads(KubernetesClient client) {

  Optional<WebSocketTuning> tuning(String namespace, String name) {
    return Optional.ofNullable(
        client.resources(WebSocketTuning.class).inNamespace(namespace).withName(name).get());
  }

  /**
   * A namespace.
   *
   * @throws KubernetesClientException also if there is none
   */
  Namespace namespace(String name) {
    Namespace namespace = client.namespaces().withName(name).get();
    if (namespace == null) {
      throw new KubernetesClientException("there is no namespace " + name);
    }
    return namespace;
  }

  /** The uids of the tunings of a namespace. */
  Set<String> uids(String namespace) {
    return client.resources(WebSocketTuning.class).inNamespace(namespace).list().getItems().stream()
        .map(t -> t.getMetadata().getUid())
        .collect(Collectors.toSet());
  }
}
