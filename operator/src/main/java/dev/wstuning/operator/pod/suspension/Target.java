package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.api.model.Pod;

/**
 * Whose pods may be suspended: those of one owner and one template of it, as far as they are a
 * tuning's.
 *
 * @param uid of the tuning
 * @param mark what a suspension would go by
 */
public record Target(String namespace, String tuning, String uid, Workload owner, Mark mark) {

  /** Pods without a controller count together. */
  public static final Workload NOBODY = new Workload("", "Pod", "");

  /** The owner of a pod, as admission sees it. */
  public static Workload ownerOf(Pod pod) {
    return Workload.of(pod).orElse(NOBODY);
  }
}
