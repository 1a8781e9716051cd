package dev.wstuning.operator.store;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of one informer, which changes it from one thread at a time: a record of each object,
 * made when the object arrives, and of the object itself only its version. If the informer wants an
 * object, it gets one with name, version and labels. Records are complete as soon as the informer
 * has synced, which event handlers are not.
 *
 * @param <T> the kind of object
 * @param <R> what is kept of it; two are never the same object
 */
final class RecordStore<T extends HasMetadata, R> implements ItemStore<T> {

  /**
   * @param record null if nothing is kept: most of a large cluster may not matter
   */
  private record Entry<R>(String version, R record) {}

  private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);

  private final Kept<T, R> kept;
  private final Predicate<String> matters;

  /** By namespace and by name. */
  private final Map<String, Map<String, Entry<R>>> entries = new ConcurrentHashMap<>();

  private final Places<R> places;

  /**
   * @param matters whether records of a namespace are kept
   */
  RecordStore(Kept<T, R> kept, Predicate<String> matters) {
    this.kept = kept;
    this.places = new Places<>(kept.place());
    this.matters = matters;
  }

  /** The records of a place. */
  List<R> at(String where) {
    return places.at(where);
  }

  /** The records of a namespace. */
  List<R> in(String namespace) {
    return entries.getOrDefault(namespace, Map.of()).values().stream()
        .flatMap(e -> Stream.ofNullable(e.record()))
        .toList();
  }

  @Override
  public String getKey(T object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public T put(String key, T object) {
    String namespace = object.getMetadata().getNamespace();
    String name = object.getMetadata().getName();
    Map<String, Entry<R>> names =
        entries.computeIfAbsent(namespace, n -> new ConcurrentHashMap<>());
    Entry<R> before = names.get(name);
    R record = matters.test(namespace) ? read(key, object, before) : null;
    names.put(name, new Entry<>(object.getMetadata().getResourceVersion(), record));
    if (record != null) {
      places.enter(record);
    }
    return left(namespace, name, before);
  }

  /** An object that cannot be read is left out: thrown, it would keep the informer from all. */
  private R read(String key, T object, Entry<R> before) {
    try {
      return kept.read().apply(object, Optional.ofNullable(before).map(Entry::record)).orElse(null);
    } catch (RuntimeException e) {
      LOG.error("msg=\"object cannot be read and is left out\" object={}", key, e);
      return null;
    }
  }

  @Override
  public T remove(String key) {
    Key of = Key.of(key);
    T removed = left(of.namespace(), of.name(), names(of.namespace()).remove(of.name()));
    entries.computeIfPresent(of.namespace(), (n, names) -> names.isEmpty() ? null : names);
    return removed;
  }

  private T left(String namespace, String name, Entry<R> entry) {
    if (entry == null) {
      return null;
    }
    if (entry.record() != null) {
      places.leave(entry.record());
    }
    return object(namespace, name, entry);
  }

  @Override
  public T get(String key) {
    Key of = Key.of(key);
    Entry<R> entry = names(of.namespace()).get(of.name());
    return entry == null ? null : object(of.namespace(), of.name(), entry);
  }

  /** What an informer compares and handlers hear of; without labels if there is no record. */
  private T object(String namespace, String name, Entry<R> entry) {
    ObjectMeta metadata = new ObjectMeta();
    metadata.setNamespace(namespace);
    metadata.setName(name);
    metadata.setResourceVersion(entry.version());
    metadata.setLabels(entry.record() == null ? null : kept.labels().apply(entry.record()));
    T object = kept.empty().get();
    object.setMetadata(metadata);
    return object;
  }

  /** An empty one that is not kept if there is none. */
  private Map<String, Entry<R>> names(String namespace) {
    return entries.getOrDefault(namespace, new ConcurrentHashMap<>(1));
  }

  @Override
  public Stream<String> keySet() {
    return values().map(this::getKey);
  }

  @Override
  public Stream<T> values() {
    return entries.entrySet().stream()
        .flatMap(
            namespace ->
                namespace.getValue().entrySet().stream()
                    .map(e -> object(namespace.getKey(), e.getKey(), e.getValue())));
  }

  @Override
  public int size() {
    return entries.values().stream().mapToInt(Map::size).sum();
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
