package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.stream.Stream;

/** What the controller of ReplicaSets could do in a namespace. */
public final class ReplicaSets {

  private ReplicaSets() {}

  /** How many pods all of them have together. */
  public static int replicas(KubernetesClient client, String namespace) {
    return reported(client, namespace)
        .map(r -> r.getStatus().getReplicas())
        .mapToInt(n -> n == null ? 0 : n)
        .sum();
  }

  /** Why pods could not be created, in the words of the API server. */
  public static List<String> refusals(KubernetesClient client, String namespace) {
    return reported(client, namespace)
        .flatMap(r -> r.getStatus().getConditions().stream())
        .filter(c -> c.getType().equals("ReplicaFailure") && c.getStatus().equals("True"))
        .map(ReplicaSetCondition::getMessage)
        .toList();
  }

  private static Stream<ReplicaSet> reported(KubernetesClient client, String namespace) {
    return client.apps().replicaSets().inNamespace(namespace).list().getItems().stream()
        .filter(r -> r.getStatus() != null);
  }
}
