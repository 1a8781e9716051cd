package dev.wstuning.operator.store;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one kind of object in the namespaces that matter: each by itself while they are few, and
 * the whole cluster when they are many, so that the number of watches is bounded.
 *
 * @param <T> the kind of object
 * @param <R> what is kept of it
 */
public final class ScopedInformers<T extends HasMetadata, R> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ScopedInformers.class);

  /** With more namespaces than this the whole cluster is watched. */
  static final int FEW = 10;

  /** With at most this many, each is watched by itself again. */
  static final int FEW_AGAIN = 7;

  /** A whole list at once would not fit into the heap of a replica of a large cluster. */
  private static final long PAGE = 500;

  private final MixedOperation<T, ?, ?> objects;
  private final Function<T, T> identity;
  private final Function<T, Optional<R>> read;
  private final Function<R, Optional<String>> place;
  private final ResourceEventHandler<T> handler;
  private final BiConsumer<SharedIndexInformer<?>, Throwable> stopped;

  private final Map<String, Scope<T, R>> namespaces = new HashMap<>();
  private Scope<T, R> cluster;
  private boolean closed;

  private record Scope<T extends HasMetadata, R>(
      SharedIndexInformer<T> informer, RecordStore<T, R> records) {
    boolean synced() {
      return informer.hasSynced();
    }
  }

  /**
   * @param objects those of all namespaces
   * @param identity what an informer must keep of an object: name, namespace, uid, version, and
   *     what {@code handler} reads
   * @param read what is kept of an object; empty for nothing
   * @param place where the object is, such as its node; empty if that does not matter
   * @param handler hears of changes after the records have them, with objects as {@code identity}
   *     made them or whole ones
   * @param stopped hears of an informer that stopped by itself, whose records grow old
   */
  public ScopedInformers(
      MixedOperation<T, ?, ?> objects,
      Function<T, T> identity,
      Function<T, Optional<R>> read,
      Function<R, Optional<String>> place,
      ResourceEventHandler<T> handler,
      BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    this.objects = objects;
    this.identity = identity;
    this.read = read;
    this.place = place;
    this.handler = handler;
    this.stopped = stopped;
  }

  /** Watches these namespaces, and no others unless they are many. Returns at once. */
  public synchronized void follow(Set<String> wanted) {
    if (closed) {
      return;
    }
    if (cluster == null ? wanted.size() <= FEW : wanted.size() <= FEW_AGAIN) {
      wanted.forEach(n -> namespaces.computeIfAbsent(n, name -> start(objects.inNamespace(name))));
      namespaces.keySet().stream().filter(n -> !wanted.contains(n)).toList().forEach(this::stop);
      // What it knows is needed until they know it.
      if (cluster != null && namespaces.values().stream().allMatch(Scope::synced)) {
        LOG.info("msg=\"watching namespaces one by one\" namespaces={}", wanted.size());
        cluster.informer().stop();
        cluster = null;
      }
    } else {
      if (cluster == null) {
        LOG.info("msg=\"watching all namespaces at once\" namespaces={}", wanted.size());
        cluster = start((Informable<T>) objects.inAnyNamespace());
      }
      if (cluster.synced()) {
        List.copyOf(namespaces.keySet()).forEach(this::stop);
      }
    }
  }

  /** Whether a namespace is among those that were to be followed last. */
  public synchronized boolean follows(String namespace) {
    return cluster != null || namespaces.containsKey(namespace);
  }

  /** What is kept of the objects of a namespace; empty until it is complete. */
  public synchronized Optional<List<R>> in(String namespace) {
    Scope<T, R> own = namespaces.get(namespace);
    Scope<T, R> scope = own != null && own.synced() ? own : cluster;
    return Optional.ofNullable(scope).filter(Scope::synced).map(s -> s.records().in(namespace));
  }

  /** What is kept of the objects at a place, as far as they are known by now. */
  public synchronized List<R> at(String where) {
    return Stream.concat(namespaces.values().stream(), Stream.ofNullable(cluster))
        .flatMap(scope -> scope.records().at(where).stream())
        .toList();
  }

  /** How many watches there are. */
  synchronized int watches() {
    return namespaces.size() + (cluster == null ? 0 : 1);
  }

  private Scope<T, R> start(Informable<T> what) {
    RecordStore<T, R> records = new RecordStore<>(identity, read, place);
    SharedIndexInformer<T> informer = what.withLimit(PAGE).runnableInformer(0);
    informer
        .removeNamespaceIndex()
        .itemStore(records)
        .addEventHandler(handler)
        .exceptionHandler((started, t) -> !ExceptionHandler.isDeserializationException(t))
        .stopped()
        .whenComplete(
            (end, failure) -> {
              if (failure != null) {
                stopped.accept(informer, failure);
              }
            });
    informer.start();
    return new Scope<>(informer, records);
  }

  private void stop(String namespace) {
    namespaces.remove(namespace).informer().stop();
  }

  @Override
  public synchronized void close() {
    closed = true;
    namespaces.values().forEach(s -> s.informer().stop());
    if (cluster != null) {
      cluster.informer().stop();
    }
  }
}
