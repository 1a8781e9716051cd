/** Judges the nodes of a node tuning by small named rules. */
package dev.wstuning.operator.node.verdict;
