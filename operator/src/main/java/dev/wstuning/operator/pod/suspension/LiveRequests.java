package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.Objects;
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
    String next = null;
    do {
      PodList page =
          client
              .pods()
              .inNamespace(namespace)
              .list(new ListOptionsBuilder().withLimit(Pages.LIMIT).withContinue(next).build());
      page.getItems().stream()
          .map(pod -> pod.getMetadata().getAnnotations())
          .filter(Objects::nonNull)
          .map(annotations -> annotations.get(Markers.REQUEST))
          .filter(Objects::nonNull)
          .forEach(requests::add);
      next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return requests;
  }
}
