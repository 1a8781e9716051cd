package dev.wstuning.operator.pod.nodeplan;

import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.store.Failures;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The plans of a real cluster. */
final class ClusterPlans implements Plans, AutoCloseable {

  private final SharedIndexInformer<WebSocketPodPlan> informer;
  private final KubernetesClient impatient;

  /**
   * @param patient a client that repeats what fails, to watch
   * @param impatient a client that does not, to write
   */
  ClusterPlans(KubernetesClient patient, KubernetesClient impatient) {
    this.impatient = impatient;
    informer =
        patient
            .resources(WebSocketPodPlan.class)
            .inAnyNamespace()
            .withLabelSelector(
                NamespacePlans.LABELS.entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .collect(Collectors.joining(",")))
            .withLimit(Pages.LIMIT)
            .runnableInformer(0);
  }

  /** Begins to list and watch, and returns at once. What fails is repeated. */
  void start(BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    informer.exceptionHandler((started, failure) -> true);
    Failures.of(informer, stopped);
    informer.start();
  }

  boolean watching() {
    return informer.isWatching();
  }

  @Override
  public Optional<Collection<WebSocketPodPlan>> list() {
    return informer.hasSynced() ? Optional.of(informer.getStore().list()) : Optional.empty();
  }

  @Override
  public void apply(WebSocketPodPlan plan) {
    impatient.resource(plan).fieldManager("wstuning").forceConflicts().serverSideApply();
  }

  @Override
  public void delete(WebSocketPodPlan plan) {
    impatient.resource(plan).delete();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
