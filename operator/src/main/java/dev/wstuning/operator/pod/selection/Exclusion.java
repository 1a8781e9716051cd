package dev.wstuning.operator.pod.selection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Why a selected pod is left exactly as its owner wrote it. */
public enum Exclusion {
  HOST_NETWORK(
      "uses the host's network, whose sysctls belong to the node",
      "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"),
  HOST_PID(
      "shares the host's processes, so its server cannot be distinguished from others",
      "!has(object.spec.hostPID) || !object.spec.hostPID"),
  SHARED_PROCESSES(
      "sets shareProcessNamespace, so its server cannot be distinguished from other containers",
      "!has(object.spec.shareProcessNamespace) || !object.spec.shareProcessNamespace"),
  WINDOWS(
      "runs on Windows, which has no sysctls",
      "!has(object.spec.os) || object.spec.os.name != 'windows'"),
  /** The provider runs such pods elsewhere than on nodes, and none may be privileged there. */
  VIRTUAL_NODE("runs on a virtual node, where no init container can tune it", null),
  MIRROR(
      "is a static pod of its node, which admission cannot change",
      "!has(object.metadata.annotations) || !('"
          + Markers.MIRROR
          + "' in object.metadata.annotations)"),
  /** Decided by looking at annotations and arguments, which match conditions should not repeat. */
  NAME_TAKEN("has a container or volume named " + Markers.INIT_CONTAINER + " of its own", null);

  private final String sentence;
  private final String matchCondition;

  Exclusion(String sentence, String matchCondition) {
    this.sentence = sentence;
    this.matchCondition = matchCondition;
  }

  /** What the pod does that excludes it; the pod is the subject of the sentence. */
  public String sentence() {
    return sentence;
  }

  /** The CEL expressions under which the API server calls the webhook at all, by name. */
  public static List<MatchCondition> matchConditions() {
    return Arrays.stream(values())
        .filter(e -> e.matchCondition != null)
        .map(
            e ->
                new MatchCondition(
                    "not-" + e.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                    e.matchCondition))
        .toList();
  }

  /** A named CEL expression that must hold for the webhook to be called. */
  public record MatchCondition(String name, String expression) {}

  /** Why {@code pod} is left alone; empty if it is not. */
  public static Optional<Exclusion> of(Pod pod) {
    PodSpec spec = pod.getSpec();
    if (pod.getMetadata().getAnnotations() != null
        && pod.getMetadata().getAnnotations().containsKey(Markers.MIRROR)) {
      return Optional.of(MIRROR);
    }
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      return Optional.of(HOST_NETWORK);
    }
    if (Boolean.TRUE.equals(spec.getHostPID())) {
      return Optional.of(HOST_PID);
    }
    if (Boolean.TRUE.equals(spec.getShareProcessNamespace())) {
      return Optional.of(SHARED_PROCESSES);
    }
    if (NodeKind.isWindows(spec)) {
      return Optional.of(WINDOWS);
    }
    if (NodeKind.isVirtual(spec)) {
      return Optional.of(VIRTUAL_NODE);
    }
    return nameTaken(pod) ? Optional.of(NAME_TAKEN) : Optional.empty();
  }

  private static boolean nameTaken(Pod pod) {
    PodSpec spec = pod.getSpec();
    boolean ours = false;
    for (Container container : spec.getInitContainers()) {
      if (Markers.isTuner(pod, container)) {
        ours = true;
      } else if (container.getName().equals(Markers.INIT_CONTAINER)) {
        return true;
      }
    }
    for (Container container : spec.getContainers()) {
      if (container.getName().equals(Markers.INIT_CONTAINER)) {
        return true;
      }
    }
    return !ours && spec.getVolumes().stream().anyMatch(v -> v.getName().equals(Markers.VOLUME));
  }
}
