package dev.wstuning.operator.store;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of one informer, which changes it from one thread at a time: a record of each object,
 * made when the object arrives, and of the object itself only what the informer compares. Records
 * are complete as soon as the informer has synced, which event handlers are not.
 *
 * @param <T> the kind of object
 * @param <R> what is kept of it; two are never the same object
 */
final class RecordStore<T extends HasMetadata, R> implements ItemStore<T> {

  /**
   * @param identity name, namespace, uid, version and labels of the object
   * @param record empty if nothing is to be kept
   */
  private record Entry<T, R>(T identity, Optional<R> record) {}

  private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);

  private final Kept<T, R> kept;
  private final Predicate<String> matters;

  /** By namespace and by name. */
  private final Map<String, Map<String, Entry<T, R>>> entries = new ConcurrentHashMap<>();

  /** By place; the sets compare by identity, and are changed within compute. */
  private final Map<String, Set<R>> places = new ConcurrentHashMap<>();

  /**
   * @param matters whether records of a namespace are kept
   */
  RecordStore(Kept<T, R> kept, Predicate<String> matters) {
    this.kept = kept;
    this.matters = matters;
  }

  /** The records of a place. */
  List<R> at(String where) {
    List<R> found = new ArrayList<>();
    places.computeIfPresent(
        where,
        (w, records) -> {
          found.addAll(records);
          return records;
        });
    return found;
  }

  private void enter(R record) {
    kept.place()
        .apply(record)
        .ifPresent(
            where ->
                places.compute(
                    where,
                    (w, records) -> {
                      Set<R> now =
                          records == null
                              ? Collections.newSetFromMap(new IdentityHashMap<>())
                              : records;
                      now.add(record);
                      return now;
                    }));
  }

  private void leave(R record) {
    kept.place()
        .apply(record)
        .ifPresent(
            where ->
                places.computeIfPresent(
                    where,
                    (w, records) -> {
                      records.remove(record);
                      return records.isEmpty() ? null : records;
                    }));
  }

  /** The records of a namespace. */
  List<R> in(String namespace) {
    return entries.getOrDefault(namespace, Map.of()).values().stream()
        .flatMap(e -> e.record().stream())
        .toList();
  }

  @Override
  public String getKey(T object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public T put(String key, T object) {
    String namespace = object.getMetadata().getNamespace();
    Entry<T, R> entry =
        matters.test(namespace)
            ? new Entry<>(kept.identity().apply(object), read(key, object))
            : new Entry<>(kept.foreign().apply(object), Optional.empty());
    Entry<T, R> before =
        entries
            .computeIfAbsent(namespace, n -> new ConcurrentHashMap<>())
            .put(object.getMetadata().getName(), entry);
    entry.record().ifPresent(this::enter);
    return left(before);
  }

  /** An object that cannot be read is left out: thrown, it would keep the informer from all. */
  private Optional<R> read(String key, T object) {
    try {
      return kept.read().apply(object);
    } catch (RuntimeException e) {
      LOG.error("msg=\"object cannot be read and is left out\" object={}", key, e);
      return Optional.empty();
    }
  }

  @Override
  public T remove(String key) {
    T removed = left(inNamespaceOf(key).remove(nameOf(key)));
    entries.computeIfPresent(namespaceOf(key), (n, names) -> names.isEmpty() ? null : names);
    return removed;
  }

  private T left(Entry<T, R> entry) {
    if (entry == null) {
      return null;
    }
    entry.record().ifPresent(this::leave);
    return entry.identity();
  }

  @Override
  public T get(String key) {
    Entry<T, R> entry = inNamespaceOf(key).get(nameOf(key));
    return entry == null ? null : entry.identity();
  }

  /** An empty one that is not kept if there is none. */
  private Map<String, Entry<T, R>> inNamespaceOf(String key) {
    return entries.getOrDefault(namespaceOf(key), new ConcurrentHashMap<>(1));
  }

  private static String namespaceOf(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  private static String nameOf(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  @Override
  public Stream<String> keySet() {
    return values().map(this::getKey);
  }

  @Override
  public Stream<T> values() {
    return entries.values().stream()
        .map(Map::values)
        .flatMap(Collection::stream)
        .map(Entry::identity);
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
