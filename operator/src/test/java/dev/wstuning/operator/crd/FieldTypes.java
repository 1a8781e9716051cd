package dev.wstuning.operator.crd;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What follows from the Java type of each field: how wide a number is, and how long a text. */
final class FieldTypes {

  private static final Map<Type, String> FORMATS =
      Map.of(Integer.class, "int32", int.class, "int32", Long.class, "int64", long.class, "int64");

  /** Characters of a text in a status that says nothing else; a finding has fewer. */
  static final long LONGEST_TEXT = 2048;

  private FieldTypes() {}

  static void apply(JSONSchemaProps root, Class<? extends HasMetadata> kind) {
    Type[] types = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments();
    part(root, "spec").ifPresent(spec -> formats(spec, types[0]));
    part(root, "status").ifPresent(status -> formats(status, types[1]));
    part(root, "status").ifPresent(FieldTypes::bound);
  }

  private static Optional<JSONSchemaProps> part(JSONSchemaProps root, String name) {
    return Optional.ofNullable(root.getProperties().get(name));
  }

  private static void formats(JSONSchemaProps schema, Type type) {
    if (FORMATS.containsKey(type)) {
      schema.setFormat(FORMATS.get(type));
    } else if (schema.getItems() != null && type instanceof ParameterizedType list) {
      formats(schema.getItems().getSchema(), list.getActualTypeArguments()[0]);
    } else if (type instanceof Class<?> fields && fields.isRecord()) {
      for (RecordComponent field : fields.getRecordComponents()) {
        formats(schema.getProperties().get(field.getName()), field.getGenericType());
      }
    }
  }

  private static void bound(JSONSchemaProps schema) {
    if ("string".equals(schema.getType())
        && schema.getMaxLength() == null
        && schema.getEnum().isEmpty()) {
      schema.setMaxLength(LONGEST_TEXT);
    }
    Stream.ofNullable(schema.getItems()).forEach(items -> bound(items.getSchema()));
    Stream.ofNullable(schema.getAdditionalProperties()).forEach(map -> bound(map.getSchema()));
    schema.getProperties().values().forEach(FieldTypes::bound);
  }
}
