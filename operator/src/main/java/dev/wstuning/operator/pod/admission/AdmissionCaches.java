package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.guardrail.GuardRails;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.selection.NamespacePolicy;
import dev.wstuning.operator.store.Failures;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What admission knows of the cluster: the tunings, the labels of all namespaces, and which nodes
 * have agents. Every replica keeps it, and nothing else is needed to answer: neither a controller
 * nor a lease.
 */
public final class AdmissionCaches implements TuningLookup, AutoCloseable {

  private final TuningsByNamespace tunings = new TuningsByNamespace();
  private final SharedIndexInformer<WebSocketTuning> tuningInformer;
  private final SharedIndexInformer<Namespace> namespaceInformer;
  private final GrantingNodes granting;
  private final LiveReads live;
  private final int kubernetesMinor;
  private final Supplier<GuardRails> guardRails;
  private volatile Consumer<String> relabelled = namespace -> {};

  /**
   * @param patient a client that repeats what fails
   * @param prompt a client with a short time-out and without retries, because callers wait
   * @param kubernetesMinor the y of Kubernetes 1.y
   * @param guardRails the present ones
   */
  public AdmissionCaches(
      KubernetesClient patient,
      KubernetesClient prompt,
      int kubernetesMinor,
      Supplier<GuardRails> guardRails) {
    live = new LiveReads(prompt);
    granting = new GrantingNodes(patient);
    this.kubernetesMinor = kubernetesMinor;
    this.guardRails = guardRails;
    tuningInformer =
        patient
            .resources(WebSocketTuning.class)
            .inAnyNamespace()
            .withLimit(Pages.LIMIT)
            .runnableInformer(0)
            .removeNamespaceIndex()
            .itemStore(tunings);
    namespaceInformer =
        patient
            .namespaces()
            .withLimit(Pages.LIMIT)
            .runnableInformer(0)
            .removeNamespaceIndex()
            .itemStore(new TransformingItemStore<>(AdmissionCaches::labelsOnly))
            .addEventHandler(new Relabelled());
  }

  private static Namespace labelsOnly(Namespace namespace) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(namespace.getMetadata().getName())
        .withLabels(namespace.getMetadata().getLabels())
        .endMetadata()
        .build();
  }

  private final class Relabelled implements ResourceEventHandler<Namespace> {
    @Override
    public void onAdd(Namespace added) {
      relabelled.accept(added.getMetadata().getName());
    }

    @Override
    public void onUpdate(Namespace before, Namespace after) {
      if (!Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())) {
        relabelled.accept(after.getMetadata().getName());
      }
    }

    @Override
    public void onDelete(Namespace deleted, boolean finalStateUnknown) {}
  }

  /**
   * Begins to list and watch, and returns at once. What fails is repeated.
   *
   * @param stopped hears of a cache that stopped by itself
   */
  public void start(BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    informers()
        .forEach(
            informer -> {
              informer.exceptionHandler((started, failure) -> true);
              Failures.of(informer, stopped);
              informer.start();
            });
  }

  private Stream<SharedIndexInformer<?>> informers() {
    return Stream.of(tuningInformer, namespaceInformer, granting.informer());
  }

  /** Calls back with the name of each namespace whose labels changed; one listener at a time. */
  public void onRelabelled(Consumer<String> listener) {
    relabelled = listener;
  }

  /** Whether everything was read once that an answer needs. */
  public boolean complete() {
    return tuningInformer.hasSynced() && namespaceInformer.hasSynced();
  }

  /** Whether the caches watch, by kind. */
  public Map<String, Boolean> watching() {
    return Map.of(
        "WebSocketTuning",
        tuningInformer.isWatching(),
        "Namespace",
        namespaceInformer.isWatching(),
        "WebSocketNodeTuning",
        granting.informer().isWatching());
  }

  /** Whether an agent that grants open files may serve the node that a pod will run on. */
  public boolean agentMayServe(Pod pod) {
    return granting.mayRun(pod);
  }

  @Override
  public Optional<WebSocketTuning> find(String namespace, AdmissionPath path) {
    return Optional.ofNullable(tunings.in(namespace).get(path.name()))
        .filter(path::isServedBy)
        .or(() -> live.tuning(namespace, path));
  }

  /** A tuning as the cache has it. */
  public Optional<WebSocketTuning> cached(String namespace, String name) {
    return Optional.ofNullable(tunings.in(namespace).get(name));
  }

  /** The tunings of all namespaces. */
  public Collection<WebSocketTuning> all() {
    return tunings.values().toList();
  }

  @Override
  public Collection<WebSocketTuning> inNamespace(String namespace) {
    return tunings.in(namespace).values();
  }

  @Override
  public PlanContext planContext(String namespace) {
    return planContext(namespace, live::namespace);
  }

  /**
   * The same for others than admission, whose reads must not wait for theirs.
   *
   * @param read reads a namespace that the cache does not have yet
   */
  public PlanContext planContext(String namespace, Function<String, Namespace> read) {
    NamespacePolicy policy =
        NamespacePolicy.of(
            Optional.ofNullable(namespaceInformer.getStore().getByKey(namespace))
                .orElseGet(() -> read.apply(namespace)));
    return PlanContext.of(policy.podSecurityLevel(), policy.pinnedMinor(), kubernetesMinor)
        .within(guardRails.get().in(namespace));
  }

  @Override
  public void close() {
    informers().forEach(SharedIndexInformer::stop);
  }
}
