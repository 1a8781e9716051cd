/** Changed settings reach nodes in waves: one node first, and the next ones only if it is well. */
package dev.wstuning.operator.node.wave;
