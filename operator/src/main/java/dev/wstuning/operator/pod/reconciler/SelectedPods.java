package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.observation.PodTrimmer;
import dev.wstuning.operator.pod.rollout.RefusedReplicaSet;
import dev.wstuning.operator.selector.LabelSelectors;
import dev.wstuning.operator.store.ScopedInformers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The pods that tunings select, and ReplicaSets whose pods were refused; these carry the labels of
 * their template. Every replica keeps them, so that a new leader knows them at once.
 */
public final class SelectedPods implements AutoCloseable {

  private final ScopedInformers<Pod, PodRecord> pods;
  private final ScopedInformers<ReplicaSet, RefusedReplicaSet> replicaSets;

  /** What a tuning selects. */
  record Selected(List<PodRecord> pods, List<RefusedReplicaSet> refused) {}

  /** Hears of pods and ReplicaSets that came, changed or went. */
  interface Listener {
    /**
     * @param labels those of the object
     */
    void changed(String namespace, Map<String, String> labels);
  }

  /**
   * @param client one that repeats what fails
   * @param stopped hears of a cache that stopped by itself
   */
  SelectedPods(
      KubernetesClient client,
      PodReader reader,
      Listener listener,
      BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    pods =
        new ScopedInformers<>(
            client.pods(),
            SelectedPods::identity,
            pod -> Optional.of(reader.record(PodTrimmer.trim(pod))),
            pod -> pod.facts().node(),
            new Notifier<>(listener),
            stopped);
    replicaSets =
        new ScopedInformers<>(
            client.apps().replicaSets(),
            SelectedPods::identity,
            RefusedReplicaSet::of,
            replicaSet -> Optional.empty(),
            new Notifier<>(listener),
            stopped);
  }

  /** Keeps what there is in these namespaces. */
  void follow(Set<String> namespaces) {
    pods.follow(namespaces);
    replicaSets.follow(namespaces);
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
                here.get().stream().filter(p -> selects(tuning, p.facts().labels())).toList(),
                refused.get().stream().filter(r -> selects(tuning, r.labels())).toList()));
  }

  /** The pods on a node. */
  List<PodFacts> on(String node) {
    return pods.at(node).stream().map(PodRecord::facts).toList();
  }

  static boolean selects(WebSocketTuning tuning, Map<String, String> labels) {
    return LabelSelectors.matches(tuning.getSpec().selector(), labels);
  }

  private static Pod identity(Pod pod) {
    Pod identity = new Pod();
    identity.setMetadata(identity(pod.getMetadata()));
    return identity;
  }

  private static ReplicaSet identity(ReplicaSet replicaSet) {
    ReplicaSet identity = new ReplicaSet();
    identity.setMetadata(identity(replicaSet.getMetadata()));
    return identity;
  }

  private static ObjectMeta identity(ObjectMeta metadata) {
    return new ObjectMetaBuilder()
        .withNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .withUid(metadata.getUid())
        .withResourceVersion(metadata.getResourceVersion())
        .withLabels(metadata.getLabels())
        .build();
  }

  /** Also of the labels that an object had before: a tuning may have lost it. */
  private record Notifier<T extends HasMetadata>(Listener listener)
      implements ResourceEventHandler<T> {

    @Override
    public void onAdd(T object) {
      changed(object);
    }

    @Override
    public void onUpdate(T before, T after) {
      changed(after);
      if (!labels(before).equals(labels(after))) {
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
