package dev.wstuning.operator.node.agent;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent of a node does, which decides what its pod may reach. Each kind has a DaemonSet,
 * which runs on the nodes whose {@link #NODE_LABEL} names the kind.
 */
public enum AgentKind {
  /** It writes settings. */
  SETTINGS("settings", "wstuning-node-agent"),
  /** It also grants open files, by the socket of the container runtime. */
  GRANTS("grants", "wstuning-node-agent-grants");

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
    return grants(object.getSpec()) || hasGranted(object.getStatus()) ? GRANTS : SETTINGS;
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

  /** The kind that the labels of a node name; empty if they name none. */
  public static Optional<AgentKind> in(Map<String, String> labels) {
    return Arrays.stream(values())
        .filter(kind -> kind.value.equals(labels.get(NODE_LABEL)))
        .findFirst();
  }
}
