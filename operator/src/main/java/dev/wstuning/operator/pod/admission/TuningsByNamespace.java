package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.store.Key;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Keeps what admission needs of each tuning: its spec, its suspensions and what identifies it. The
 * tunings of a namespace are one immutable map, so that none is ever seen half replaced.
 */
final class TuningsByNamespace implements ItemStore<WebSocketTuning> {

  private final Map<String, Map<String, WebSocketTuning>> namespaces = new ConcurrentHashMap<>();

  /** The tunings of a namespace by their names. */
  Map<String, WebSocketTuning> in(String namespace) {
    return namespaces.getOrDefault(namespace, Map.of());
  }

  private static WebSocketTuning trimmed(WebSocketTuning tuning) {
    WebSocketTuning trimmed = (WebSocketTuning) tuning.copy();
    var metadata = tuning.getMetadata();
    trimmed.setMetadata(
        new ObjectMetaBuilder()
            .withName(metadata.getName())
            .withNamespace(metadata.getNamespace())
            .withUid(metadata.getUid())
            .withResourceVersion(metadata.getResourceVersion())
            .withGeneration(metadata.getGeneration())
            .withCreationTimestamp(metadata.getCreationTimestamp())
            .withAnnotations(retry(metadata.getAnnotations()))
            .build());
    trimmed.setStatus(tuning.getStatus() == null ? null : tuning.getStatus().suspensionsOnly());
    return trimmed;
  }

  private static Map<String, String> retry(Map<String, String> annotations) {
    return annotations == null || !annotations.containsKey(Markers.RETRY)
        ? Map.of()
        : Map.of(Markers.RETRY, annotations.get(Markers.RETRY));
  }

  @Override
  public String getKey(WebSocketTuning tuning) {
    return Cache.metaNamespaceKeyFunc(tuning);
  }

  @Override
  public WebSocketTuning put(String key, WebSocketTuning tuning) {
    var metadata = tuning.getMetadata();
    WebSocketTuning[] before = {null};
    namespaces.compute(
        metadata.getNamespace(),
        (namespace, tunings) -> {
          Map<String, WebSocketTuning> now =
              tunings == null ? new HashMap<>() : new HashMap<>(tunings);
          before[0] = now.put(metadata.getName(), trimmed(tuning));
          return Map.copyOf(now);
        });
    return before[0];
  }

  @Override
  public WebSocketTuning remove(String key) {
    Key of = Key.of(key);
    WebSocketTuning removed = get(key);
    namespaces.computeIfPresent(
        of.namespace(),
        (namespace, tunings) -> {
          Map<String, WebSocketTuning> now = new HashMap<>(tunings);
          now.remove(of.name());
          return now.isEmpty() ? null : Map.copyOf(now);
        });
    return removed;
  }

  @Override
  public WebSocketTuning get(String key) {
    Key of = Key.of(key);
    return in(of.namespace()).get(of.name());
  }

  @Override
  public Stream<String> keySet() {
    return values().map(this::getKey);
  }

  @Override
  public Stream<WebSocketTuning> values() {
    return namespaces.values().stream().flatMap(tunings -> tunings.values().stream());
  }

  @Override
  public int size() {
    return namespaces.values().stream().mapToInt(Map::size).sum();
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
