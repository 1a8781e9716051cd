/** What node tunings want to be set on each node. */
package dev.wstuning.operator.node.plan;
