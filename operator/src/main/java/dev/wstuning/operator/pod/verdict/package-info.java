/** Judges the pods of a tuning by small named rules. */
package dev.wstuning.operator.pod.verdict;
