package dev.wstuning.operator.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes equal values one, so that many records share it. It knows a bounded number of each class,
 * and forgets them all when there are more, which costs no more than some copies.
 */
public final class Interner {

  private static final int MOST = 10_000;

  private final int most;
  private final Map<Class<?>, Map<Object, Object>> values = new ConcurrentHashMap<>();

  public Interner() {
    this(MOST);
  }

  /**
   * @param most how many values of each class it knows
   */
  Interner(int most) {
    this.most = most;
  }

  /** The value that was given first among equal ones of one class. */
  @SuppressWarnings("unchecked")
  public <T> T shared(T value) {
    Map<Object, Object> known =
        values.computeIfAbsent(value.getClass(), c -> new ConcurrentHashMap<>());
    if (known.size() >= most) {
      known.clear();
    }
    Object before = known.putIfAbsent(value, value);
    return before == null ? value : (T) before;
  }
}
