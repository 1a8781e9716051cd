package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.wstuning.operator.api.v1alpha1.TolerantReader.Reading;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads a resource even if its spec or status has unknown parts. A client that cannot read one
 * object would give up the whole list.
 */
abstract class TolerantDeserializer<S, T, R extends TolerantResource<S, T>>
    extends JsonDeserializer<R> {

  private final Supplier<R> creator;
  private final Class<S> specType;
  private final Class<T> statusType;

  TolerantDeserializer(Supplier<R> creator, Class<S> specType, Class<T> statusType) {
    this.creator = creator;
    this.specType = specType;
    this.statusType = statusType;
  }

  /**
   * The spec of a resource with an unreadable value. What it wants is unknown; what it selects may
   * still be known.
   *
   * @param read what could be read; null if nothing could
   * @param selector what it selects; it matches nothing if that is unknown, too
   */
  abstract S outline(S read, Selector selector);

  /** The name of the field in which any unknown part makes the spec unreadable; null for none. */
  abstract String selector();

  @Override
  public R deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    JsonNode tree = context.readTree(parser);
    R resource = creator.get();
    if (tree.hasNonNull("metadata")) {
      resource.setMetadata(context.readTreeAsValue(tree.get("metadata"), ObjectMeta.class));
    }
    readSpec(tree.get("spec"), resource);
    Reading<T> status = TolerantReader.read(tree.get("status"), statusType, "status");
    status.value().ifPresent(resource::setStatus);
    resource.statusReadable(status.values().isEmpty());
    return resource;
  }

  private void readSpec(JsonNode json, R resource) {
    Reading<S> spec = TolerantReader.read(json, specType, "spec");
    List<String> values = new ArrayList<>(spec.values());
    // A selector without one of its parts would select more.
    spec.fields().stream()
        .filter(f -> f.startsWith("spec." + selector() + "."))
        .forEach(values::add);
    resource.notUnderstood(new NotUnderstood(spec.fields(), values));
    resource.setSpec(
        values.isEmpty()
            ? spec.value().orElse(null)
            : outline(spec.value().orElse(null), selector(json)));
  }

  /** Reads the selector alone, because the rest may not have the shape of a spec. */
  private Selector selector(JsonNode spec) {
    Reading<Selector> read =
        TolerantReader.read(
            spec == null || selector() == null ? null : spec.get(selector()),
            Selector.class,
            "selector");
    return read.value()
        .filter(s -> read.values().isEmpty() && read.fields().isEmpty())
        .orElse(Selector.NOTHING);
  }
}
