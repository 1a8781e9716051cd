package dev.wstuning.operator.crd;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The bounds of one field, in words. */
final class Bounds {

  private Bounds() {}

  /** Empty where the schema draws none. */
  static String of(JSONSchemaProps schema) {
    List<String> bounds = new ArrayList<>();
    if (!schema.getEnum().isEmpty()) {
      bounds.add(
          schema.getEnum().stream()
              .map(value -> "`" + value.asText() + "`")
              .collect(Collectors.joining(", ")));
    }
    if (schema.getMinimum() != null && schema.getMaximum() == null) {
      bounds.add("at least %.0f".formatted(schema.getMinimum()));
    } else if (schema.getMinimum() != null) {
      bounds.add("%.0f to %.0f".formatted(schema.getMinimum(), schema.getMaximum()));
    }
    addSize(bounds, schema.getMinLength(), schema.getMaxLength(), "characters");
    addSize(bounds, schema.getMinItems(), schema.getMaxItems(), "entries");
    addSize(bounds, null, schema.getMaxProperties(), "entries");
    if (schema.getItems() != null && !of(schema.getItems().getSchema()).isEmpty()) {
      bounds.add("each " + of(schema.getItems().getSchema()));
    }
    return String.join("; ", bounds);
  }

  private static void addSize(List<String> bounds, Long min, Long max, String unit) {
    if (max != null) {
      bounds.add(
          (min == null ? "at most %2$d %3$s" : "%1$d to %2$d %3$s").formatted(min, max, unit));
    }
  }
}
