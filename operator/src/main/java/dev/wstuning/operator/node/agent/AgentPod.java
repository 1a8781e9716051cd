package dev.wstuning.operator.node.agent;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the operator knows of a pod of the node agent.
 *
 * @param template the version of the pod
 * @param appliedAt when its init container succeeded
 * @param ready whether the agent itself is ready
 * @param problem why it cannot run
 */
public record AgentPod(
    String name,
    String uid,
    String node,
    String template,
    boolean ending,
    Optional<Instant> createdAt,
    Optional<Instant> appliedAt,
    boolean ready,
    Optional<String> problem) {

  /** Reasons for which a container waits when all is well. */
  private static final Set<String> STARTING_REASONS =
      Set.of("PodInitializing", "ContainerCreating");

  public static AgentPod of(Pod pod) {
    PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
    return new AgentPod(
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        Objects.requireNonNullElse(pod.getSpec().getNodeName(), ""),
        template(pod.getMetadata()),
        pod.getMetadata().getDeletionTimestamp() != null,
        Optional.ofNullable(pod.getMetadata().getCreationTimestamp()).map(Instant::parse),
        status.getInitContainerStatuses().stream()
            .map(s -> s.getState().getTerminated())
            .filter(t -> t != null && t.getExitCode() == 0)
            .map(t -> Instant.parse(t.getFinishedAt()))
            .findFirst(),
        ready(status),
        problem(status));
  }

  /** The version of the pods that {@code daemonSet} makes. */
  public static String templateOf(DaemonSet daemonSet) {
    return template(daemonSet.getSpec().getTemplate().getMetadata());
  }

  private static String template(ObjectMeta metadata) {
    return Objects.requireNonNullElse(metadata.getAnnotations(), Map.<String, String>of())
        .getOrDefault(NodeAgentDaemonSet.TEMPLATE, "");
  }

  /**
   * Reads the condition, too: if a node dies, only the condition changes, because the kubelet
   * reports nothing.
   */
  private static boolean ready(PodStatus status) {
    return status.getContainerStatuses().stream().anyMatch(s -> Boolean.TRUE.equals(s.getReady()))
        && status.getConditions().stream()
            .noneMatch(c -> c.getType().equals("Ready") && !c.getStatus().equals("True"));
  }

  private static Optional<String> problem(PodStatus status) {
    if ("Failed".equals(status.getPhase())) {
      return Optional.of(words(status.getReason(), status.getMessage()));
    }
    return Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
        .flatMap(s -> problem(s).stream())
        .findFirst();
  }

  private static Optional<String> problem(ContainerStatus status) {
    ContainerState state = status.getState();
    ContainerStateWaiting waiting = state.getWaiting();
    if (waiting != null && !STARTING_REASONS.contains(waiting.getReason())) {
      String last = said(status.getLastState());
      return Optional.of(
          "container %s: %s"
              .formatted(
                  status.getName(),
                  words(waiting.getReason(), last.isEmpty() ? waiting.getMessage() : last)));
    }
    ContainerStateTerminated ended = state.getTerminated();
    if (ended != null && ended.getExitCode() != 0) {
      return Optional.of(
          "container %s ended with code %d: %s"
              .formatted(status.getName(), ended.getExitCode(), words(said(state), null)));
    }
    return Optional.empty();
  }

  /** The last output of a container that ended. */
  private static String said(ContainerState state) {
    return state == null || state.getTerminated() == null
        ? ""
        : Objects.requireNonNullElse(state.getTerminated().getMessage(), "").strip();
  }

  private static String words(String first, String second) {
    return String.join(
        ", ", Stream.of(first, second).filter(w -> w != null && !w.isBlank()).toList());
  }

  /** Makes a pod small for the cache. What {@link #of} reads stays. */
  public static Pod trim(Pod pod) {
    return new PodBuilder(pod)
        .editMetadata()
        .withManagedFields(List.of())
        .endMetadata()
        .withNewSpec()
        .withNodeName(pod.getSpec().getNodeName())
        .endSpec()
        .build();
  }
}
