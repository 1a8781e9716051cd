package dev.wstuning.operator.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes equal values one, so that many records share it. It forgets everything when it is full,
 * which costs no more than some copies.
 */
public final class Interner<T> {

  private static final int MOST = 10_000;

  private final Map<T, T> values = new ConcurrentHashMap<>();

  /** The value that was given first among equal ones. */
  public T shared(T value) {
    if (values.size() >= MOST) {
      values.clear();
    }
    T before = values.putIfAbsent(value, value);
    return before == null ? value : before;
  }
}
