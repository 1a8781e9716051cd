/** The node agent as a DaemonSet, what is known about it, and when it is replaced. */
package dev.wstuning.operator.node.agent;
