/** Reconciles node tunings: gather, plan, act, status. */
package dev.wstuning.operator.node.reconciler;
