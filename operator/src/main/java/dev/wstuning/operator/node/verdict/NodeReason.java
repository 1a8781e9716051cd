package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.condition.Reason;

/** The reasons of a node tuning's conditions, worst first. Each says what its reader may do. */
public enum NodeReason implements Reason {
  /**
   * The resource was written for a newer version, and this one cannot read what it wants: update
   * the operator.
   */
  NotUnderstood,
  /**
   * The resource has fields that this version does not know: update the operator, or remove them.
   */
  UnknownFields,
  /**
   * The API server refused what the operator has to write, for all nodes or for some: see who
   * refuses it. It is tried again, for one node ever more seldom.
   */
  ActionFailed,
  /**
   * The pod of the node agent cannot run, does not start, or is not ready: see what it says. No
   * other agent gets the same template meanwhile.
   */
  AgentNotRunning,
  /**
   * The kernel refused a value, or has no such key: remove it, or load the module it belongs to.
   */
  WriteFailed,
  /** Someone changed a value since: find out who; it is written again, ever more seldom. */
  Drifted,
  /** The agent runs, but the container runtime does not ask it: enable NRI there. */
  NotServing,
  /** Another tuning sets the same key on the same nodes: remove it from one of the two. */
  Conflicted,
  /** The agent has not applied the current settings yet: wait. */
  Waiting,
  /** The selector matches no node: label some, correct it, or tolerate their taints. */
  NoNodes,
  /** The resource is valid and no other sets its keys: nothing to do. */
  Accepted,
  /** The nodes have what is wanted: nothing to do. */
  Applied
}
