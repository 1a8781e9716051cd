package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.condition.Reason;

/**
 * The reasons of a node tuning's conditions, worst first. Each comment says what the user should
 * do.
 */
public enum NodeReason implements Reason {
  /**
   * The resource was written for a newer version, and this version cannot read it: update the
   * operator.
   */
  NotUnderstood,
  /**
   * The resource has fields that this version does not know: update the operator, or remove them.
   */
  UnknownFields,
  /**
   * The API server refused a change by the operator, for all nodes or for some: find out what
   * refuses it. The operator tries again, for one node less and less often.
   */
  ActionFailed,
  /**
   * A node is not well with new settings, so the others are not given them: repair the node, or
   * write the former settings again.
   */
  RolloutStopped,
  /** A pod of the node agent cannot run, does not start, or is not ready: describe the pod. */
  AgentNotRunning,
  /**
   * The kernel refused a value, or has no such key: remove it, or load the module it belongs to.
   */
  WriteFailed,
  /**
   * Something else changed a value: find out what. The agent writes it again, less and less often.
   */
  Drifted,
  /** The agent runs, but the container runtime does not call it: enable NRI there. */
  NotServing,
  /**
   * The agent cannot do a part of what pods may want, because the node's kernel or container
   * runtime lacks it: update it, or narrow the selector.
   */
  PodsLimited,
  /** Another tuning sets the same key on the same nodes: remove it from one of the two. */
  Conflicted,
  /** New settings reach the nodes in waves: wait. */
  RollingOut,
  /** The agent has not applied the current settings yet: wait for it. */
  Waiting,
  /** The selector matches no node: label some, correct it, or tolerate their taints. */
  NoNodes,
  /** The resource is valid, and no other tuning sets its keys: nothing to do. */
  Accepted,
  /**
   * Containers started without the open files that the agent granted, because they did not start
   * with them: look at the pods.
   */
  StartedWithoutGrant,
  /**
   * The agent tunes pods, but cannot count their connections: update the node's kernel, or do
   * without.
   */
  PodsNotCounted,
  /** A setting cannot be lowered or restored while a container needs it: nothing to do. */
  SettingWaits,
  /** The nodes have what the tuning wants: nothing to do. */
  Applied
}
