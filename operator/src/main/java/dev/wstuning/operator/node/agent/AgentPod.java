package dev.wstuning.operator.node.agent;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the operator knows of a pod of the node agent.
 *
 * @param ending whether it is being deleted
 * @param runningSince when its container started; empty while it does not run
 * @param ready whether the agent itself is ready
 * @param problem why it cannot run
 */
public record AgentPod(
    String name,
    String node,
    boolean ending,
    Optional<Instant> createdAt,
    Optional<Instant> runningSince,
    boolean ready,
    Optional<String> problem) {

  /** Reasons for which a container waits when all is well. */
  private static final List<String> STARTING_REASONS =
      List.of("PodInitializing", "ContainerCreating");

  public static AgentPod of(Pod pod) {
    PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
    return new AgentPod(
        pod.getMetadata().getName(),
        Optional.ofNullable(pod.getSpec()).map(AgentPod::node).orElse(""),
        pod.getMetadata().getDeletionTimestamp() != null,
        time(pod.getMetadata().getCreationTimestamp()),
        status.getContainerStatuses().stream()
            .flatMap(s -> Stream.ofNullable(state(s).getRunning()))
            .map(ContainerStateRunning::getStartedAt)
            .flatMap(started -> time(started).stream())
            .findFirst(),
        ready(status),
        problem(status));
  }

  /** Whether its container runs. */
  public boolean runs() {
    return runningSince.isPresent();
  }

  /** The node that it runs on, or the only one that it may run on and that has no room yet. */
  private static String node(PodSpec spec) {
    return Objects.requireNonNullElseGet(
        spec.getNodeName(),
        () ->
            Optional.ofNullable(spec.getAffinity())
                .map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .stream()
                .flatMap(required -> required.getNodeSelectorTerms().stream())
                .flatMap(term -> term.getMatchFields().stream())
                .filter(field -> "metadata.name".equals(field.getKey()))
                .flatMap(field -> field.getValues().stream())
                .findFirst()
                .orElse(""));
  }

  private static Optional<Instant> time(String time) {
    return Optional.ofNullable(time).map(Instant::parse);
  }

  private static ContainerState state(ContainerStatus status) {
    return Objects.requireNonNullElseGet(status.getState(), ContainerState::new);
  }

  /**
   * Reads the condition, too: if a node dies, only the condition changes, because the kubelet
   * reports nothing.
   */
  private static boolean ready(PodStatus status) {
    return status.getContainerStatuses().stream().anyMatch(s -> Boolean.TRUE.equals(s.getReady()))
        && status.getConditions().stream()
            .noneMatch(c -> "Ready".equals(c.getType()) && !"True".equals(c.getStatus()));
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
    ContainerStateWaiting waiting = state(status).getWaiting();
    // A kubelet may give no reason while it has none yet.
    if (waiting != null
        && waiting.getReason() != null
        && !STARTING_REASONS.contains(waiting.getReason())) {
      String last = said(status.getLastState());
      return Optional.of(
          "container %s: %s"
              .formatted(
                  status.getName(),
                  words(waiting.getReason(), last.isEmpty() ? waiting.getMessage() : last)));
    }
    ContainerStateTerminated ended = state(status).getTerminated();
    if (ended != null && !Integer.valueOf(0).equals(ended.getExitCode())) {
      return Optional.of(
          "container %s ended with code %d: %s"
              .formatted(status.getName(), ended.getExitCode(), words(said(state(status)), null)));
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
        .withNodeName(node(pod.getSpec()))
        .endSpec()
        .build();
  }
}
