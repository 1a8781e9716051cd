package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.selection.Markers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks the node's agent for a limit of open files when a container is created, by the annotation of
 * the NRI plugin ulimit-adjuster, which that one understands, too. The init container is asked for
 * as well: what it was given proves what this pod's containers were.
 */
final class UlimitAnnotation {

  /** A comment by which a request of ours is known from one that the pod brings. */
  private static final String MARKER = "# " + Markers.TUNING + "\n";

  private UlimitAnnotation() {}

  /** Adds the request for one container; a request that the pod brings itself stays. */
  static Pod into(Pod pod, OpenFiles limits, String container) {
    Map<String, String> annotations = new TreeMap<>(pod.getMetadata().getAnnotations());
    boolean askable = container.length() <= Markers.LONGEST_REQUESTED_NAME;
    limits.minimum().stream()
        .filter(minimum -> askable)
        .forEach(
            minimum -> annotations.putIfAbsent(Markers.ULIMITS_OF + container, ulimit(minimum)));
    limits
        .maximum()
        .ifPresent(
            maximum ->
                annotations.put(Markers.OPEN_FILES_MAXIMUM, "%s=%d".formatted(container, maximum)));
    return withAnnotations(pod, annotations);
  }

  private static String ulimit(long limit) {
    return MARKER + "- type: RLIMIT_NOFILE\n  soft: %d\n  hard: %d\n".formatted(limit, limit);
  }

  /** Undoes {@link #into} for a pod that was made from a copy of a tuned one. */
  static Pod outOf(Pod pod) {
    Map<String, String> present = pod.getMetadata().getAnnotations();
    if (present == null || !present.containsKey(Markers.TUNING)) {
      return pod;
    }
    Map<String, String> annotations = new TreeMap<>(present);
    annotations.remove(Markers.OPEN_FILES_MAXIMUM);
    annotations
        .entrySet()
        .removeIf(
            e -> e.getKey().startsWith(Markers.ULIMITS_OF) && e.getValue().startsWith(MARKER));
    return annotations.size() == present.size() ? pod : withAnnotations(pod, annotations);
  }

  private static Pod withAnnotations(Pod pod, Map<String, String> annotations) {
    return new PodBuilder(pod).editMetadata().withAnnotations(annotations).endMetadata().build();
  }
}
