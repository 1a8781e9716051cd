package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.selection.Workload;
import java.util.Map;
import java.util.Optional;

/**
 * Whose pods may be suspended: those of one owner and one template of it, as far as they are a
 * tuning's.
 *
 * @param uid of the tuning
 * @param mark what a suspension would go by
 */
public record Target(String namespace, String tuning, String uid, Workload owner, Mark mark) {

  /** Pods without a controller count together. */
  private static final Workload NOBODY = new Workload("", "Pod", "");

  /**
   * @param workload what made the pod; empty if nothing did
   * @param mark the mark of the tuning
   * @param labels those of the pod
   */
  public static Target of(
      WebSocketTuning tuning,
      Optional<Workload> workload,
      String mark,
      Map<String, String> labels) {
    var metadata = tuning.getMetadata();
    return new Target(
        metadata.getNamespace(),
        metadata.getName(),
        metadata.getUid(),
        owner(workload),
        new Mark(mark, Mark.ofTemplate(labels)));
  }

  /** Under which owner a pod counts. */
  static Workload owner(Optional<Workload> workload) {
    return workload.orElse(NOBODY);
  }
}
