package dev.wstuning.operator.store;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one kind of object in the namespaces that matter, with a bounded number of watches: each
 * namespace by itself while they are few, and the whole cluster when they are many. The cluster's
 * watch keeps only the namespaces that mattered when it began. Others get a watch of their own, and
 * when these are too many, another watch of the cluster takes their place.
 *
 * @param <T> the kind of object
 * @param <R> what is kept of it
 */
public final class ScopedInformers<T extends HasMetadata, R> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ScopedInformers.class);

  /** How many namespaces are watched by themselves. */
  static final int FEW = 8;

  /** With at most this many in all the whole cluster is no longer watched. */
  static final int FEW_AGAIN = 6;

  private final MixedOperation<T, ?, ?> objects;
  private final Kept<T, R> kept;
  private final ResourceEventHandler<T> handler;
  private final Runnable synced;
  private final BiConsumer<SharedIndexInformer<?>, Throwable> stopped;

  private final Map<String, Scope<T, R>> own = new HashMap<>();
  private Optional<Scope<T, R>> cluster = Optional.empty();

  /** Takes the cluster's place as soon as it is complete. */
  private Optional<Scope<T, R>> next = Optional.empty();

  /** Which scope answers for a namespace. */
  private final Map<String, Scope<T, R>> answers = new HashMap<>();

  private boolean closed;

  /**
   * @param objects those of all namespaces
   * @param handler hears of changes after the records have them; of a version that is no more it
   *     gets the name, and the labels if it had a record
   * @param synced runs when a scope is complete, so that someone calls {@link #follow}
   * @param stopped hears of an informer that stopped by itself, whose records grow old
   */
  public ScopedInformers(
      MixedOperation<T, ?, ?> objects,
      Kept<T, R> kept,
      ResourceEventHandler<T> handler,
      Runnable synced,
      BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    this.objects = objects;
    this.kept = kept;
    this.handler = handler;
    this.synced = synced;
    this.stopped = stopped;
  }

  /**
   * Watches these namespaces, and no others. Returns those for which another scope answers from now
   * on: its events may have come before.
   *
   * @param namespaces asked within a lock, so that an older answer never follows a newer one
   */
  public synchronized Set<String> follow(Supplier<Set<String>> namespaces) {
    if (closed) {
      return Set.of();
    }
    Set<String> wanted = namespaces.get();
    boolean many = wanted.size() > (cluster.isPresent() || next.isPresent() ? FEW_AGAIN : FEW);
    Optional<Scope<T, R>> replaced = Optional.empty();
    if (next.filter(Scope::complete).isPresent()) {
      replaced = cluster;
      cluster = next;
      next = Optional.empty();
    }
    stopAll(own.keySet().stream().filter(n -> !wanted.contains(n)).toList());
    if (many) {
      widen(wanted);
    } else {
      wanted.forEach(this::startOwn);
    }
    final Set<String> changed = answer(wanted, many);
    if (many) {
      stopAll(own.keySet().stream().filter(this::isAnsweredByTheCluster).toList());
    } else if (answers.values().stream().noneMatch(s -> s.covered().isPresent())
        && answers.size() == wanted.size()) {
      Stream.of(cluster, next).flatMap(Optional::stream).forEach(Scope::stop);
      cluster = Optional.empty();
      next = Optional.empty();
    }
    replaced.ifPresent(Scope::stop);
    return changed;
  }

  /** Namespaces that the cluster's watch does not keep are watched by themselves, or soon by it. */
  private void widen(Set<String> wanted) {
    List<String> left =
        wanted.stream().filter(n -> cluster.filter(c -> c.covers(n)).isEmpty()).toList();
    if (next.isEmpty() && (left.size() > FEW || cluster.isEmpty())) {
      LOG.info("msg=\"watching the whole cluster\" namespaces={}", wanted.size());
      next = Optional.of(start((Informable<T>) objects.inAnyNamespace(), Optional.of(wanted)));
    }
    left.stream().filter(n -> own.size() < FEW).forEach(this::startOwn);
  }

  private Set<String> answer(Set<String> wanted, boolean many) {
    answers.keySet().retainAll(wanted);
    Set<String> changed = new HashSet<>();
    for (String namespace : wanted) {
      Optional<Scope<T, R>> byItself =
          Optional.ofNullable(own.get(namespace)).filter(Scope::complete);
      Optional<Scope<T, R>> byCluster = cluster.filter(c -> c.covers(namespace));
      Scope<T, R> before = answers.get(namespace);
      Scope<T, R> after =
          (many ? byCluster.or(() -> byItself) : byItself.or(() -> byCluster)).orElse(before);
      if (after != before) {
        answers.put(namespace, after);
        changed.add(namespace);
      }
    }
    return changed;
  }

  /** What is kept of the objects of a namespace; empty until it is complete. */
  public synchronized Optional<List<R>> in(String namespace) {
    return Optional.ofNullable(answers.get(namespace)).map(s -> s.records().in(namespace));
  }

  /** What is kept of the objects at a place, as far as they are known by now. */
  public synchronized List<R> at(String where) {
    return answers.values().stream()
        .distinct()
        .flatMap(scope -> scope.records().at(where).stream())
        .toList();
  }

  /** Whether a namespace is watched, or will be. */
  public synchronized boolean follows(String namespace) {
    return own.containsKey(namespace)
        || Stream.of(cluster, next).flatMap(Optional::stream).anyMatch(s -> s.covers(namespace));
  }

  /** Whether all watches are open; true if there are none. */
  public synchronized boolean watching() {
    return Scope.allWatching(own.values(), cluster, next);
  }

  /** How many watches there are. */
  synchronized int watches() {
    return own.size() + (cluster.isPresent() ? 1 : 0) + (next.isPresent() ? 1 : 0);
  }

  private void startOwn(String namespace) {
    own.computeIfAbsent(namespace, n -> start(objects.inNamespace(n), Optional.empty()));
  }

  private Scope<T, R> start(Informable<T> what, Optional<Set<String>> covered) {
    Scope<T, R> scope = Scope.of(what, kept, covered);
    scope.start(handler, synced, stopped);
    return scope;
  }

  private void stopAll(List<String> namespaces) {
    namespaces.forEach(n -> own.remove(n).stop());
  }

  private boolean isAnsweredByTheCluster(String namespace) {
    return cluster.filter(c -> c == answers.get(namespace)).isPresent();
  }

  @Override
  public synchronized void close() {
    closed = true;
    stopAll(List.copyOf(own.keySet()));
    Stream.of(cluster, next).flatMap(Optional::stream).forEach(Scope::stop);
  }
}
