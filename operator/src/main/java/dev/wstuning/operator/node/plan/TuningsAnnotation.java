package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the operator writes into the metadata of a WebSocketNodeState. */
public final class TuningsAnnotation {

  /** Label of the objects of this operator. */
  public static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/managed-by", "wstuning");

  /**
   * Annotation: the tunings that select the node, or selected it before its values were to be
   * restored.
   */
  private static final String TUNINGS = "wstuning.dev/tunings";

  private TuningsAnnotation() {}

  /** The annotations of a node that these tunings select. */
  public static Map<String, String> annotations(List<String> tunings) {
    return Map.of(TUNINGS, String.join(",", tunings));
  }

  /** The annotations of a node that must be restored: they stay the same. */
  public static Map<String, String> annotations(WebSocketNodeState present) {
    return Map.of(TUNINGS, tunings(present));
  }

  /** The tunings that select or selected the node, according to its object. */
  public static List<String> had(WebSocketNodeState node) {
    return List.of(tunings(node).split(","));
  }

  private static String tunings(WebSocketNodeState node) {
    return Objects.requireNonNullElse(node.getMetadata().getAnnotations(), Map.<String, String>of())
        .getOrDefault(TUNINGS, "");
  }
}
