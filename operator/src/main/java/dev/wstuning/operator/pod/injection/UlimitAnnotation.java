package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The annotation that requests an open files limit from the node's agent when a container is
 * created. It is the annotation of the NRI plugin ulimit-adjuster, which understands it, too. The
 * limit is also requested for the init container: what the init container got proves what the pod's
 * other containers got.
 */
public final class UlimitAnnotation {

  /** A comment that distinguishes our request from one that the pod brings. */
  private static final String MARKER = "# " + Markers.TUNING + "\n";

  private UlimitAnnotation() {}

  /**
   * Whether a pod requests exactly what {@code plan} wants.
   *
   * @param server the server's container; empty if that is unclear, so nothing can be requested for
   *     it
   * @param witness whether the pod has our init container, for which the limit is also requested
   */
  public static boolean fits(
      Map<String, String> annotations, TuningPlan plan, Optional<String> server, boolean witness) {
    Map<String, String> planned = new TreeMap<>();
    plan.openFiles()
        .filter(OpenFilesPlan::nodeAgent)
        .map(OpenFilesPlan::limits)
        .ifPresent(
            limits ->
                server.ifPresent(
                    container -> {
                      request(planned, limits, container);
                      if (witness) {
                        request(planned, witness(limits), Markers.INIT_CONTAINER);
                      }
                    }));
    return ours(annotations).equals(planned);
  }

  /** What a pod is annotated with, if the agent of its node is to grant a container this. */
  public static Map<String, String> requests(OpenFiles limits, String container) {
    Map<String, String> annotations = new TreeMap<>();
    request(annotations, limits, container);
    return annotations;
  }

  /** The init container needs no more than the server. */
  static OpenFiles witness(OpenFiles limits) {
    return new OpenFiles(limits.minimum(), OptionalLong.empty());
  }

  /** Adds the request for one container; a request that the pod brings itself stays. */
  static Pod into(Pod pod, OpenFiles limits, String container) {
    Map<String, String> annotations = new TreeMap<>(pod.getMetadata().getAnnotations());
    request(annotations, limits, container);
    return withAnnotations(pod, annotations);
  }

  private static void request(Map<String, String> annotations, OpenFiles limits, String container) {
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
    annotations.keySet().removeAll(ours(present).keySet());
    return annotations.size() == present.size() ? pod : withAnnotations(pod, annotations);
  }

  /** The requests that did not come with the pod. */
  private static Map<String, String> ours(Map<String, String> annotations) {
    return annotations.entrySet().stream()
        .filter(
            e ->
                e.getKey().equals(Markers.OPEN_FILES_MAXIMUM)
                    || (e.getKey().startsWith(Markers.ULIMITS_OF)
                        && e.getValue().startsWith(MARKER)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Pod withAnnotations(Pod pod, Map<String, String> annotations) {
    return new PodBuilder(pod).editMetadata().withAnnotations(annotations).endMetadata().build();
  }
}
