package dev.wstuning.e2e.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** A pod as its owner wrote it. */
final class AsWritten {

  /** What the API server gives to each pod. */
  private static final List<String> GENERATED =
      List.of("name", "namespace", "uid", "creationTimestamp", "resourceVersion", "managedFields");

  private AsWritten() {}

  /** All that two pods of one owner have in common, as one text. */
  static String text(Pod pod) {
    JsonNode tree = Serialization.unmarshal(Serialization.asJson(pod), JsonNode.class);
    ((ObjectNode) tree).remove("status");
    ((ObjectNode) tree.get("metadata")).remove(GENERATED);
    ((ObjectNode) tree.get("spec")).remove("nodeName"); // by the scheduler
    return tree.toPrettyString();
  }
}
