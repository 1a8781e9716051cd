package dev.wstuning.operator.pod.selection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Why a selected pod is left as its owner wrote it. Open files are still possible for some, because
 * the node's agent sets them for a container, from outside of the pod.
 */
public enum Exclusion {
  HOST_NETWORK(
      "uses the host's network, whose sysctls belong to the node",
      "!has(object.spec.hostNetwork) || !object.spec.hostNetwork",
      true),
  HOST_PID(
      "shares the host's processes, so its server cannot be distinguished from others",
      "!has(object.spec.hostPID) || !object.spec.hostPID",
      true),
  SHARED_PROCESSES(
      "sets shareProcessNamespace, so its server cannot be distinguished from other containers",
      "!has(object.spec.shareProcessNamespace) || !object.spec.shareProcessNamespace",
      true),
  WINDOWS(
      "runs on Windows, which has no sysctls",
      "!has(object.spec.os) || object.spec.os.name != 'windows'",
      false),
  /** The provider runs such pods elsewhere than on nodes, and none may be privileged there. */
  VIRTUAL_NODE("runs on a virtual node, where no init container can tune it", null, false),
  MIRROR(
      "is a static pod of its node, which admission cannot change",
      "!has(object.metadata.annotations) || !('"
          + Markers.MIRROR
          + "' in object.metadata.annotations)",
      false),
  /** Decided by looking at annotations and arguments, which match conditions should not repeat. */
  NAME_TAKEN(
      "has a container or volume named " + Markers.INIT_CONTAINER + " of its own", null, false);

  private final String sentence;
  private final String matchCondition;
  private final boolean allowsOpenFiles;

  Exclusion(String sentence, String matchCondition, boolean allowsOpenFiles) {
    this.sentence = sentence;
    this.matchCondition = matchCondition;
    this.allowsOpenFiles = allowsOpenFiles;
  }

  /** What the pod does that excludes it; the pod is the subject of the sentence. */
  public String sentence() {
    return sentence;
  }

  /** Whether the pod may ask the node's agent for open files all the same. */
  public boolean allowsOpenFiles() {
    return allowsOpenFiles;
  }

  /** CEL expressions that hold for pods which may be tuned, by name. */
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
    // There is no agent there, regardless of what else the pod has.
    if (NodeKind.isWindows(spec)) {
      return Optional.of(WINDOWS);
    }
    if (NodeKind.isVirtual(spec)) {
      return Optional.of(VIRTUAL_NODE);
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
