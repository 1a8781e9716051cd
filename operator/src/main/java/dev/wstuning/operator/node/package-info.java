/**
 * The node side, without a cluster: which node shall have what, the DaemonSet of the agent that
 * makes it so, and the verdict on what the agents report.
 */
package dev.wstuning.operator.node;
