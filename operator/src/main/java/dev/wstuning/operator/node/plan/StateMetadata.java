package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What the operator writes into the metadata of a WebSocketNodeState, and reads there. */
public final class StateMetadata {

  /** Label of the objects of this operator. */
  public static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/managed-by", "wstuning");

  /**
   * Annotation: the tunings that gave the node settings, or gave it some before its values were to
   * be restored.
   */
  private static final String TUNINGS = "wstuning.dev/tunings";

  /** Annotation: which settings of each tuning, as {@code TUNING=MARK}. */
  private static final String ROLLOUT = "wstuning.dev/rollout";

  private StateMetadata() {}

  /**
   * The annotations of a node with what its tunings give it.
   *
   * @param given the marks by the tuning, the oldest first
   */
  public static Map<String, String> annotations(Map<String, Mark> given) {
    return Map.of(
        TUNINGS,
        String.join(",", given.keySet()),
        ROLLOUT,
        given.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(",")));
  }

  /** The annotations of a node that must be restored: the tunings stay the same. */
  public static Map<String, String> annotationsToRestore(WebSocketNodeState present) {
    return Map.of(TUNINGS, annotation(present, TUNINGS));
  }

  /** The tunings that give or gave the node settings, according to its object. */
  public static List<String> had(WebSocketNodeState node) {
    return List.of(annotation(node, TUNINGS).split(","));
  }

  /** Which settings the node was given, by tuning. Version 0.2.0 writes no marks. */
  public static Map<String, Mark> marks(WebSocketNodeState node) {
    Map<String, Mark> marks = new HashMap<>();
    for (String entry : annotation(node, ROLLOUT).split(",")) {
      int end = entry.indexOf('=');
      if (end > 0) {
        Mark.parse(entry.substring(end + 1))
            .ifPresent(mark -> marks.put(entry.substring(0, end), mark));
      }
    }
    return marks;
  }

  private static String annotation(WebSocketNodeState node, String key) {
    return Objects.requireNonNullElse(node.getMetadata().getAnnotations(), Map.<String, String>of())
        .getOrDefault(key, "");
  }
}
