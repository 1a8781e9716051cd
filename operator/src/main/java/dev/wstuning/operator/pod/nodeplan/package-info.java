/** What the agents of nodes must know of tunings: makes it, and writes it. */
package dev.wstuning.operator.pod.nodeplan;
