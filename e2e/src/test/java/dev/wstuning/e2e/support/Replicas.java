package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;

/** The operator's pods, watched all the time: one that restarts and is then replaced is seen. */
final class Replicas {

  private static final int LOG_LINES = 30;

  private final KubernetesClient client;
  private final RestartCounts restarts = new RestartCounts(this::previousLog);

  private Replicas(KubernetesClient client) {
    this.client = client;
  }

  /** From now on. What the pods of an earlier run count already is theirs. */
  static Replicas watch(KubernetesClient client) {
    Replicas replicas = new Replicas(client);
    replicas.all().list().getItems().forEach(replicas.restarts::begin);
    replicas.all().inform(replicas.new Handler());
    return replicas;
  }

  void explainRestart(Pod pod) {
    restarts.explainOne(pod);
  }

  /** The restarts that no story accounts for. */
  Restarts unexplainedRestarts() {
    // The watch may lag behind.
    all().list().getItems().forEach(restarts::look);
    return restarts.takeUnexplained();
  }

  private FilterWatchListDeletable<Pod, PodList, PodResource> all() {
    return client
        .pods()
        .inNamespace(Operator.NAMESPACE)
        .withLabel("app.kubernetes.io/component", "operator");
  }

  private String previousLog(Pod pod) {
    try {
      return client
          .pods()
          .resource(pod)
          .inContainer("operator")
          .terminated()
          .tailingLines(LOG_LINES)
          .getLog();
    } catch (KubernetesClientException e) {
      return "not to be had: " + e.getMessage();
    }
  }

  private final class Handler implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      restarts.look(pod);
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
      restarts.look(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean finalStateUnknown) {
      restarts.look(pod);
    }
  }
}
