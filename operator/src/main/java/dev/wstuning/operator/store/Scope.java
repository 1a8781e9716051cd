package dev.wstuning.operator.store;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * One watch and what is known from it.
 *
 * @param covered the namespaces of which records are kept; empty for every one that it watches
 */
record Scope<T extends HasMetadata, R>(
    SharedIndexInformer<T> informer, RecordStore<T, R> records, Optional<Set<String>> covered) {

  static <T extends HasMetadata, R> Scope<T, R> of(
      Informable<T> what, Kept<T, R> kept, Optional<Set<String>> covered) {
    return new Scope<>(
        what.withLimit(Pages.LIMIT).runnableInformer(0),
        new RecordStore<>(kept, n -> covered.isEmpty() || covered.get().contains(n)),
        covered);
  }

  /**
   * Begins to list and watch, and returns at once.
   *
   * @param handler hears of changes after the records have them
   * @param synced runs when the first list is complete, on another thread
   * @param stopped hears if it stops by itself
   */
  void start(
      ResourceEventHandler<T> handler,
      Runnable synced,
      BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    informer
        .removeNamespaceIndex()
        .itemStore(records)
        .addEventHandler(handler)
        .exceptionHandler((started, t) -> !ExceptionHandler.isDeserializationException(t));
    Failures.of(informer, stopped);
    informer.start().thenRunAsync(synced);
  }

  boolean complete() {
    return informer.hasSynced();
  }

  boolean covers(String namespace) {
    return covered.filter(c -> c.contains(namespace)).isPresent();
  }

  /** Whether the watches of all these are open. */
  static <T extends HasMetadata, R> boolean allWatching(
      Collection<Scope<T, R>> some, Optional<Scope<T, R>> another, Optional<Scope<T, R>> third) {
    return Stream.of(some.stream(), another.stream(), third.stream())
        .flatMap(scopes -> scopes)
        .allMatch(scope -> scope.informer().isWatching());
  }

  void stop() {
    informer.stop();
  }
}
