package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.generator.annotation.Required;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads JSON into records as far as it can, and reports what it could not read. */
final class TolerantReader {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          // A fraction that is cut off would be another value than the wanted one.
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .addHandler(new Problems())
          .build();

  /**
   * @param value what could be read; empty if there is nothing, or if it has another shape
   * @param fields paths of unknown fields
   * @param values paths of values that could not be read, or that are required and missing
   */
  record Reading<T>(Optional<T> value, List<String> fields, List<String> values) {}

  private TolerantReader() {}

  /**
   * @param name what {@code json} is called at the beginning of paths
   */
  static <T> Reading<T> read(JsonNode json, Class<T> type, String name) {
    if (json == null || json.isNull()) {
      return new Reading<>(Optional.empty(), List.of(), List.of());
    }
    Found found = new Found(name, new ArrayList<>(), new ArrayList<>());
    Optional<T> value = Optional.empty();
    try {
      value =
          Optional.ofNullable(
              MAPPER.readerFor(type).withAttribute(Found.class, found).readValue(json));
      value.ifPresent(v -> addMissing(v, name, found.values()));
    } catch (JsonProcessingException e) {
      found.values().add(name);
    } catch (IOException e) {
      throw new IllegalStateException("read a tree in memory", e);
    }
    return new Reading<>(value, found.fields(), found.values());
  }

  /** A newer version may no longer have a field that this one requires. */
  private static void addMissing(Object value, String path, List<String> missing) {
    if (value instanceof Collection<?> list) {
      list.stream().filter(Record.class::isInstance).forEach(v -> addMissing(v, path, missing));
    }
    if (!(value instanceof Record)) {
      return;
    }
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      String name = path + "." + component.getName();
      Object part = valueOf(component, value);
      if (part != null) {
        addMissing(part, name, missing);
      } else if (component.getAccessor().isAnnotationPresent(Required.class)) {
        missing.add(name);
      }
    }
  }

  private static Object valueOf(RecordComponent component, Object owner) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("read " + component, e);
    }
  }

  private record Found(String name, List<String> fields, List<String> values) {

    static Found in(DeserializationContext context) {
      return (Found) context.getAttribute(Found.class);
    }

    /** The current path: {@code /rollout/paused} is {@code spec.rollout.paused}. */
    String place(JsonParser parser) {
      // At the beginning of an object or array the pointer has an empty part.
      return name + parser.getParsingContext().pathAsPointer().toString().replaceAll("/+", ".");
    }
  }

  /** Notes and skips what does not fit. The field of the record becomes null. */
  private static final class Problems extends DeserializationProblemHandler {

    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser parser,
        JsonDeserializer<?> deserializer,
        Object beanOrClass,
        String property)
        throws IOException {
      Found found = Found.in(context);
      found.fields().add(found.place(parser));
      parser.skipChildren();
      return true;
    }

    @Override
    public Object handleWeirdStringValue(
        DeserializationContext context, Class<?> type, String value, String failure) {
      return unreadable(context, context.getParser());
    }

    @Override
    public Object handleWeirdNumberValue(
        DeserializationContext context, Class<?> type, Number value, String failure) {
      return unreadable(context, context.getParser());
    }

    @Override
    public Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType type,
        JsonToken token,
        JsonParser parser,
        String failure)
        throws IOException {
      parser.skipChildren();
      return unreadable(context, parser);
    }

    @Override
    public Object handleMissingInstantiator(
        DeserializationContext context,
        Class<?> type,
        ValueInstantiator instantiator,
        JsonParser parser,
        String failure)
        throws IOException {
      parser.skipChildren();
      return unreadable(context, parser);
    }

    private static Object unreadable(DeserializationContext context, JsonParser parser) {
      Found found = Found.in(context);
      found.values().add(found.place(parser));
      return null;
    }
  }
}
