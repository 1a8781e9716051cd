/** Findings with what helps, the rules that make them, groups and conditions, for both wings. */
package dev.wstuning.operator.condition;
