package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether every replica understands entries with the revision of the tuning. Those of version
 * 0.2.0, which are there during an update or after a rollback, answer such an entry with an error.
 */
public final class ReplicaVersions {

  /** A label of pods whose replicas understand {@code /pods/NAME/UID/GENERATION}. */
  static final String LABEL = "wstuning.dev/webhook-paths";

  private static final Map<String, String> REPLICAS =
      Map.of("app.kubernetes.io/name", "wstuning", "app.kubernetes.io/component", "operator");

  private final KubernetesClient client;
  private final String namespace;
  private final Runnable onChange;
  private volatile Optional<Boolean> revisions = Optional.empty();

  /**
   * @param namespace the operator's own
   * @param onChange runs when entries must be written in another way
   */
  public ReplicaVersions(KubernetesClient client, String namespace, Runnable onChange) {
    this.client = client;
    this.namespace = namespace;
    this.onChange = onChange;
  }

  /** Whether it is known which replicas there are. */
  public boolean known() {
    return revisions.isPresent();
  }

  /** Whether entries may have the revision of the tuning. */
  public boolean understandRevisions() {
    return revisions.orElse(false);
  }

  /** Looks which replicas there are. */
  public void look() {
    List<Pod> replicas =
        client
            .pods()
            .inNamespace(namespace)
            .withLabels(REPLICAS)
            .list(new ListOptionsBuilder().withResourceVersion("0").withLimit(Pages.LIMIT).build())
            .getItems();
    Optional<Boolean> now =
        Optional.of(
            replicas.stream().allMatch(p -> p.getMetadata().getLabels().containsKey(LABEL)));
    if (!now.equals(revisions)) {
      revisions = now;
      onChange.run();
    }
  }
}
