package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.rollout.RefusedReplicaSet;
import dev.wstuning.operator.selector.LabelSelectors;
import dev.wstuning.operator.store.Kept;
import dev.wstuning.operator.store.ScopedInformers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The pods that tunings select, and ReplicaSets whose pods were refused; these carry the labels of
 * their template. Every replica keeps them, so that a new leader knows them at once.
 */
public final class SelectedPods implements AutoCloseable {

  private final Supplier<Set<String>> namespaces;
  private final Listener listener;
  private final ScopedInformers<Pod, PodRecord> pods;
  private final ScopedInformers<ReplicaSet, RefusedReplicaSet> replicaSets;

  /**
   * What a tuning selects.
   *
   * @param crowded whether the scheduler finds no node for untuned pods of its namespace
   */
  record Selected(List<PodRecord> pods, List<RefusedReplicaSet> refused, boolean crowded) {}

  /** Hears of pods and ReplicaSets that came, changed or went. */
  interface Listener {
    /**
     * @param labels those of the object
     */
    void changed(String namespace, Map<String, String> labels);

    /** Other records count for a namespace, whose changes may have been announced before. */
    void replaced(String namespace);
  }

  /**
   * @param client one that repeats what fails
   * @param namespaces those that have tunings
   * @param appeared hears of each pod when it is seen first
   * @param stopped hears of a cache that stopped by itself
   */
  SelectedPods(
      KubernetesClient client,
      PodReader reader,
      Supplier<Set<String>> namespaces,
      Listener listener,
      Consumer<Pod> appeared,
      BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    this.namespaces = namespaces;
    this.listener = listener;
    pods =
        new ScopedInformers<>(
            client.pods(),
            new Kept<>(
                Pod::new,
                pod -> pod.facts().labels(),
                (pod, before) -> Optional.of(reader.record(pod, before)),
                pod -> pod.facts().node()),
            new Notifier<>(listener, appeared),
            this::follow,
            stopped);
    replicaSets =
        new ScopedInformers<>(
            client.apps().replicaSets(),
            new Kept<>(
                ReplicaSet::new,
                RefusedReplicaSet::labels,
                (set, before) -> RefusedReplicaSet.of(set),
                set -> Optional.empty()),
            new Notifier<>(listener, replicaSet -> {}),
            this::follow,
            stopped);
  }

  /** Keeps what there is in the namespaces that have tunings, and in no others. */
  public void follow() {
    Set<String> replaced = new HashSet<>(pods.follow(namespaces));
    replaced.addAll(replicaSets.follow(namespaces));
    replaced.forEach(listener::replaced);
  }

  /** Whether all informers watch, by kind. */
  public Map<String, Boolean> watching() {
    return Map.of("Pod", pods.watching(), "ReplicaSet", replicaSets.watching());
  }

  /** Whether all pods of a namespace are known, and new ones will be. */
  public boolean knows(String namespace) {
    return pods.in(namespace).isPresent() && pods.watching();
  }

  boolean follows(String namespace) {
    return pods.follows(namespace);
  }

  /** What the tuning selects; empty while it is not complete. */
  Optional<Selected> of(WebSocketTuning tuning) {
    String namespace = tuning.getMetadata().getNamespace();
    Optional<List<PodRecord>> here = pods.in(namespace);
    Optional<List<RefusedReplicaSet>> refused = replicaSets.in(namespace);
    return here.isEmpty() || refused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Selected(
                selected(tuning, here.get()),
                refused.get().stream().filter(r -> selects(tuning, r.labels())).toList(),
                crowded(here.get())));
  }

  private static boolean crowded(List<PodRecord> pods) {
    for (PodRecord pod : pods) {
      PodFacts facts = pod.facts();
      if (facts.unschedulable().isPresent() && facts.plan().isEmpty() && !facts.ended()) {
        return true;
      }
    }
    return false;
  }

  /** Pods of one workload share their labels, which are compared once. */
  private static List<PodRecord> selected(WebSocketTuning tuning, List<PodRecord> pods) {
    Map<Map<String, String>, Boolean> known = new IdentityHashMap<>();
    List<PodRecord> selected = new ArrayList<>();
    for (PodRecord pod : pods) {
      if (known.computeIfAbsent(pod.facts().labels(), labels -> selects(tuning, labels))) {
        selected.add(pod);
      }
    }
    return selected;
  }

  /** The pods on a node. */
  List<PodFacts> on(String node) {
    return pods.at(node).stream().map(PodRecord::facts).toList();
  }

  static boolean selects(WebSocketTuning tuning, Map<String, String> labels) {
    return LabelSelectors.matches(tuning.getSpec().selector(), labels);
  }

  /**
   * Reports the labels that an object had before, too, because a tuning may have lost it. No tuning
   * knew an object without a record.
   */
  private record Notifier<T extends HasMetadata>(Listener listener, Consumer<T> appeared)
      implements ResourceEventHandler<T> {

    @Override
    public void onAdd(T object) {
      appeared.accept(object);
      changed(object);
    }

    @Override
    public void onUpdate(T before, T after) {
      changed(after);
      Map<String, String> had = before.getMetadata().getLabels();
      if (had != null && !had.equals(labels(after))) {
        changed(before);
      }
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      changed(object);
    }

    private void changed(T object) {
      listener.changed(object.getMetadata().getNamespace(), labels(object));
    }

    private static Map<String, String> labels(HasMetadata object) {
      return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    }
  }

  @Override
  public void close() {
    pods.close();
    replicaSets.close();
  }
}
