package dev.wstuning.operator.store;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes equal parts of records one: records, lists and texts in them, at any depth. Statuses of a
 * thousand tunings consist of the same few parts.
 */
public final class SharedParts {

  /** What changes with each write is of no use to others, and would be kept as long as the rest. */
  private static final int MOST = 500;

  private final Interner interner = new Interner(MOST);
  private final Map<Class<?>, Form> forms = new ConcurrentHashMap<>();

  /** How records of a class are taken apart and put together. */
  private record Form(RecordComponent[] components, Constructor<?> constructor) {

    static Form of(Class<?> type) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        return new Form(components, type.getDeclaredConstructor(types));
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException("every record has this constructor", e);
      }
    }
  }

  /** An equal record that shares its parts with earlier ones. */
  @SuppressWarnings("unchecked")
  public <T extends Record> T of(T whole) {
    return whole == null ? null : (T) rebuilt(whole);
  }

  private Object part(Object value) {
    if (value instanceof Record whole) {
      return interner.shared(rebuilt(whole));
    }
    if (value instanceof List<?> list) {
      List<Object> parts = new ArrayList<>(list.size());
      list.forEach(part -> parts.add(part(part)));
      return interner.shared(Collections.unmodifiableList(parts));
    }
    return value instanceof String ? interner.shared(value) : value;
  }

  private Record rebuilt(Record whole) {
    Form form = forms.computeIfAbsent(whole.getClass(), Form::of);
    Object[] parts = new Object[form.components().length];
    try {
      for (int i = 0; i < parts.length; i++) {
        parts[i] = part(form.components()[i].getAccessor().invoke(whole));
      }
      return (Record) form.constructor().newInstance(parts);
    } catch (IllegalAccessException | InstantiationException | InvocationTargetException e) {
      throw new IllegalArgumentException("a record that cannot be read", e);
    }
  }
}
