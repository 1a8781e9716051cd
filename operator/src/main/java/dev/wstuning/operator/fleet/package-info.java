/** The node side at work: gather, plan, act, status. */
package dev.wstuning.operator.fleet;
