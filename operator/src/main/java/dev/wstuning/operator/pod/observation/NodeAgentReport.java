package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.RuntimeLimit;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the agent of a node reports about open files.
 *
 * @param serving whether it grants limits to new containers
 * @param message why it does not; empty if it does, or if it does not report why
 * @param limit the highest hard limit that it grants
 * @param runtimeSoft the soft limit that containers get without it
 * @param otherPlugin whether another plugin of the runtime sets limits there, so that the agent
 *     does not
 * @param conntrackMax nf_conntrack_max of the node
 * @param servingSince since when the operator knows that it serves; empty if it does not
 * @param pods whether it tunes pods
 * @param bootId the boot of the node's kernel that it reports about; empty if it does not say
 */
public record NodeAgentReport(
    String name,
    boolean serving,
    Optional<String> message,
    OptionalLong limit,
    OptionalLong runtimeSoft,
    boolean otherPlugin,
    OptionalLong conntrackMax,
    Optional<Instant> servingSince,
    PodAgent pods,
    Optional<String> bootId) {

  /** All that is known of an agent whose pod is not ready: it may still serve. */
  private static final String NOT_READY = "the pod of its node agent is not ready";

  /** One that tunes no pods. */
  public NodeAgentReport(
      String name,
      boolean serving,
      Optional<String> message,
      OptionalLong limit,
      OptionalLong runtimeSoft,
      boolean otherPlugin,
      OptionalLong conntrackMax,
      Optional<Instant> servingSince) {
    this(
        name,
        serving,
        message,
        limit,
        runtimeSoft,
        otherPlugin,
        conntrackMax,
        servingSince,
        PodAgent.NONE,
        Optional.empty());
  }

  public static NodeAgentReport of(WebSocketNodeState node) {
    Optional<WebSocketNodeStateStatus> status = Optional.ofNullable(node.getStatus());
    Optional<Serving> openFiles = status.map(WebSocketNodeStateStatus::openFiles);
    return new NodeAgentReport(
        node.getMetadata().getName(),
        reportsServing(node),
        openFiles.map(Serving::message),
        number(openFiles.map(Serving::limit)),
        number(openFiles.map(Serving::runtime).map(RuntimeLimit::soft)),
        openFiles.map(Serving::otherPlugin).filter(Boolean.TRUE::equals).isPresent(),
        number(status.map(WebSocketNodeStateStatus::conntrackMax)),
        NodeConditions.since(node, NodeConditions.SERVING),
        PodAgent.of(node),
        status.map(WebSocketNodeStateStatus::bootID));
  }

  /** The parts of a node's state that a report is read from. */
  public static WebSocketNodeState trimmed(WebSocketNodeState node) {
    WebSocketNodeState trimmed = new WebSocketNodeState();
    trimmed.setMetadata(new ObjectMetaBuilder().withName(node.getMetadata().getName()).build());
    trimmed.setSpec(PodAgent.trimmed(node.getSpec()));
    if (node.getStatus() != null) {
      trimmed.setStatus(
          new WebSocketNodeStateStatus(
              null,
              node.getStatus().bootID(),
              null,
              null,
              node.getStatus().openFiles(),
              node.getStatus().pods(),
              node.getStatus().conntrackMax(),
              NodeConditions.read(node)));
    }
    return trimmed;
  }

  /** The same if its pod is not ready: its last report does not hold any more. */
  public NodeAgentReport gone() {
    return new NodeAgentReport(
        name,
        false,
        Optional.of(NOT_READY),
        limit,
        runtimeSoft,
        otherPlugin,
        conntrackMax,
        Optional.empty(),
        pods.gone(NOT_READY),
        bootId);
  }

  /** The same if only the pod of an agent that tunes none is ready. */
  public NodeAgentReport withoutPods() {
    return new NodeAgentReport(
        name,
        serving,
        message,
        limit,
        runtimeSoft,
        otherPlugin,
        conntrackMax,
        servingSince,
        pods.gone(NOT_READY),
        bootId);
  }

  /** Whether the agent reports that it serves, be its pod ready or not. */
  public static boolean reportsServing(WebSocketNodeState node) {
    return node.getStatus() != null
        && node.getStatus().openFiles() != null
        && node.getStatus().openFiles().isServing();
  }

  /** Why it does not serve, in words about a pod of its node. */
  public String whyNot() {
    return message
        .filter(NOT_READY::equals)
        .orElseGet(() -> "its node agent does not serve" + message.map(": "::concat).orElse(""));
  }

  private static OptionalLong number(Optional<Long> number) {
    return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }
}
