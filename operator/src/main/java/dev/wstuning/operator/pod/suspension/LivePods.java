package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads from the API server which pods a namespace has. */
public record LivePods(KubernetesClient client) implements Function<String, LivePods.Existing> {

  /**
   * The pods of a namespace.
   *
   * @param requests by which those were created that this version let through
   * @param names of all
   */
  public record Existing(Set<String> requests, Set<String> names) {}

  /**
   * @throws KubernetesClientException if they cannot be read
   */
  @Override
  public Existing apply(String namespace) {
    Existing existing = new Existing(new HashSet<>(), new HashSet<>());
    Pages.forEach(
        client.pods().inNamespace(namespace)::list,
        pod -> {
          existing.names().add(pod.getMetadata().getName());
          Optional.ofNullable(pod.getMetadata().getAnnotations())
              .map(annotations -> annotations.get(Markers.REQUEST))
              .ifPresent(existing.requests()::add);
        });
    return existing;
  }
}
