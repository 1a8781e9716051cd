package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads from the API server by which requests the pods of a namespace were created. */
public record LiveRequests(KubernetesClient client) implements Function<String, Set<String>> {

  /**
   * @throws KubernetesClientException if they cannot be read
   */
  @Override
  public Set<String> apply(String namespace) {
    Set<String> requests = new HashSet<>();
    Pages.forEach(
        client.pods().inNamespace(namespace)::list,
        pod ->
            Optional.ofNullable(pod.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Markers.REQUEST))
                .ifPresent(requests::add));
    return requests;
  }
}
