package dev.wstuning.operator.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Which records are at a place, such as a node. Equal records are different ones.
 *
 * @param <R> what is kept of an object
 */
final class Places<R> {

  private final Function<R, Optional<String>> place;

  /** By place; the sets are read and changed within compute. */
  private final Map<String, Set<R>> places = new ConcurrentHashMap<>();

  /**
   * @param place where the object of a record is; empty if that is unknown or does not matter
   */
  Places(Function<R, Optional<String>> place) {
    this.place = place;
  }

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

  void enter(R record) {
    place
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

  void leave(R record) {
    place
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
}
