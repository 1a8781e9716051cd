package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.PodTrimmer;
import dev.wstuning.operator.selector.LabelSelectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.EventSourceRetriever;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The pods and ReplicaSets that a tuning selects: an informer of each kind per tuning, with the
 * tuning's selector on the server's side, so that it also sees pods that lose their label. It is
 * replaced when the selector changes. ReplicaSets carry their template's labels.
 */
final class SelectedPods {

  /** The selector with which the informers of a tuning were made, by the tuning's uid. */
  private final Map<String, String> queries = new ConcurrentHashMap<>();

  record Selected(List<Pod> pods, List<ReplicaSet> replicaSets) {}

  /** What the tuning selects; empty while the caches of it are not filled. */
  Optional<Selected> of(WebSocketTuning tuning, Context<WebSocketTuning> context) {
    String uid = tuning.getMetadata().getUid();
    if (tuning.getSpec().selector().isNothing()) {
      return Optional.of(new Selected(List.of(), List.of()));
    }
    String query = LabelSelectors.query(tuning.getSpec().selector());
    String before = queries.put(uid, query);
    if (before != null && !before.equals(query)) {
      deregister(uid, before, context);
    }
    var pods = source(Pod.class, "pods", tuning, query, PodTrimmer::trim, context);
    var replicaSets =
        source(ReplicaSet.class, "replicasets", tuning, query, SelectedPods::trim, context);
    return synced(pods) && synced(replicaSets)
        ? Optional.of(new Selected(pods.list().toList(), replicaSets.list().toList()))
        : Optional.empty();
  }

  /** One that was started while the API server did not answer is filled later. */
  private static boolean synced(InformerEventSource<?, ?> source) {
    return source.informerHealthIndicators().values().stream()
        .allMatch(InformerHealthIndicator::hasSynced);
  }

  void forget(String uid, Context<WebSocketTuning> context) {
    String query = queries.remove(uid);
    if (query != null) {
      deregister(uid, query, context);
    }
  }

  private static void deregister(String uid, String query, Context<WebSocketTuning> context) {
    EventSourceRetriever<WebSocketTuning> sources = context.eventSourceRetriever();
    sources.dynamicallyDeRegisterEventSource(name("pods", uid, query));
    sources.dynamicallyDeRegisterEventSource(name("replicasets", uid, query));
  }

  private static <R extends HasMetadata> InformerEventSource<R, WebSocketTuning> source(
      Class<R> kind,
      String plural,
      WebSocketTuning tuning,
      String query,
      UnaryOperator<R> trim,
      Context<WebSocketTuning> context) {
    ResourceID owner = ResourceID.fromResource(tuning);
    InformerEventSourceConfiguration<R> configuration =
        InformerEventSourceConfiguration.from(kind, WebSocketTuning.class)
            .withName(name(plural, tuning.getMetadata().getUid(), query))
            .withNamespaces(Set.of(tuning.getMetadata().getNamespace()))
            .withLabelSelector(query)
            .withInformerListLimit(TuningInformers.LIST_LIMIT)
            .withItemStore(new TransformingItemStore<>(trim))
            .withSecondaryToPrimaryMapper(r -> Set.of(owner))
            .build();
    var sources = context.eventSourceRetriever();
    // Registering a name that is there already returns the one that is there.
    return (InformerEventSource<R, WebSocketTuning>)
        sources.dynamicallyRegisterEventSource(
            new InformerEventSource<>(
                configuration, sources.eventSourceContextForDynamicRegistration()));
  }

  private static String name(String plural, String uid, String query) {
    return plural + "-" + uid + "-" + Integer.toHexString(query.hashCode());
  }

  private static ReplicaSet trim(ReplicaSet replicaSet) {
    return new ReplicaSetBuilder(replicaSet)
        .editMetadata()
        .withManagedFields(List.of())
        .endMetadata()
        .withSpec(null)
        .build();
  }
}
