package dev.wstuning.operator.node.agent;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent of a node does, which decides what its pod may reach. Each does what those before
 * it do, too. Each has a DaemonSet, which runs on the nodes whose {@link #NODE_LABEL} names it.
 */
public enum AgentKind {
  /** It writes settings. */
  SETTINGS("settings", "wstuning-node-agent"),
  /** It also grants open files, by the socket of the container runtime. */
  GRANTS("grants", "wstuning-node-agent-grants"),
  /** It also tunes pods, and counts their connections by programs of the kernel. */
  PODS("pods", "wstuning-node-agent-pods");

  /** The label of nodes that get an agent, and of the agents' pods. Only the operator sets it. */
  public static final String NODE_LABEL = "wstuning.dev/agent";

  private final String value;
  private final String daemonSet;

  AgentKind(String value, String daemonSet) {
    this.value = value;
    this.daemonSet = daemonSet;
  }

  /** The value of {@link #NODE_LABEL}. */
  public String value() {
    return value;
  }

  /** The name of the DaemonSet. */
  public String daemonSet() {
    return daemonSet;
  }

  /**
   * The kind that a node needs because of its object. It keeps one that grants while a container
   * that was granted open files still runs there.
   */
  public static AgentKind of(WebSocketNodeState object) {
    if (object.getSpec() != null && object.getSpec().pods() != null) {
      return PODS;
    }
    return grants(object.getSpec()) || hasGranted(object.getStatus()) ? GRANTS : SETTINGS;
  }

  /** Whether it does what that kind does. */
  boolean does(AgentKind kind) {
    return compareTo(kind) >= 0;
  }

  private static boolean grants(WebSocketNodeStateSpec spec) {
    return spec != null && spec.openFiles() != null;
  }

  /** Whether containers run that were granted open files. */
  public static boolean hasGranted(WebSocketNodeStateStatus status) {
    return status != null
        && status.openFiles() != null
        && status.openFiles().highestGrant() != null;
  }

  /** Whether a pod is one of its DaemonSet. */
  public boolean isOf(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels())
        .flatMap(AgentKind::in)
        .equals(Optional.of(this));
  }

  /** The kind that the labels of a node name; empty if they name none. */
  public static Optional<AgentKind> in(Map<String, String> labels) {
    return Arrays.stream(values())
        .filter(kind -> kind.value.equals(labels.get(NODE_LABEL)))
        .findFirst();
  }
}
