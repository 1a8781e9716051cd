/** Findings, the rules that make them, and conditions: the same way for pods and nodes. */
package dev.wstuning.operator.condition;
