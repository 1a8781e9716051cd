package dev.wstuning.operator.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares a value with a schema, as the API server does before it looks at any rule. */
final class SchemaCheck {

  private final List<String> problems = new ArrayList<>();

  private SchemaCheck() {}

  /** What is wrong; empty if nothing is. */
  static List<String> problems(JSONSchemaProps schema, JsonNode value, String path) {
    SchemaCheck check = new SchemaCheck();
    check.value(schema, value, path);
    return check.problems;
  }

  private void value(JSONSchemaProps schema, JsonNode value, String path) {
    switch (schema.getType()) {
      case "object" -> object(schema, value, path);
      case "array" -> array(schema, value, path);
      case "string" -> text(schema, value, path);
      case "integer" -> number(schema, value, path);
      default -> problems.add(path + " has a type that this does not check: " + schema.getType());
    }
  }

  private void object(JSONSchemaProps schema, JsonNode value, String path) {
    require(value.isObject(), path, "is no object");
    schema.getRequired().forEach(name -> require(value.has(name), path + "." + name, "is missing"));
    Long most = schema.getMaxProperties();
    require(most == null || value.size() <= most, path, "has too many fields");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JSONSchemaProps known = schema.getProperties().get(field.getKey());
      if (known == null && schema.getAdditionalProperties() != null) {
        known = schema.getAdditionalProperties().getSchema();
      }
      String name = path + "." + field.getKey();
      require(known != null, name, "is unknown");
      if (known != null) {
        value(known, field.getValue(), name);
      }
    }
  }

  private void array(JSONSchemaProps schema, JsonNode value, String path) {
    require(value.isArray(), path, "is no list");
    Long most = schema.getMaxItems();
    require(most == null || value.size() <= most, path, "has too many entries");
    for (int i = 0; i < value.size(); i++) {
      value(schema.getItems().getSchema(), value.get(i), path + "[" + i + "]");
    }
  }

  private void text(JSONSchemaProps schema, JsonNode value, String path) {
    require(value.isTextual(), path, "is no text");
    String text = value.asText();
    require(schema.getPattern() == null || text.matches(schema.getPattern()), path, "is " + text);
    require(
        schema.getMaxLength() == null || text.length() <= schema.getMaxLength(), path, "is long");
    require(
        schema.getMinLength() == null || text.length() >= schema.getMinLength(), path, "is short");
  }

  private void number(JSONSchemaProps schema, JsonNode value, String path) {
    require(value.isIntegralNumber(), path, "is no whole number");
    require(
        schema.getMinimum() == null || value.asLong() >= schema.getMinimum(), path, "is too small");
    require(
        schema.getMaximum() == null || value.asLong() <= schema.getMaximum(), path, "is too large");
  }

  private void require(boolean holds, String path, String problem) {
    if (!holds) {
      problems.add(path + " " + problem);
    }
  }
}
