/** The node agent as DaemonSets, and what is known about the agent of a node. */
package dev.wstuning.operator.node.agent;
