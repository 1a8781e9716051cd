/** Reconciles tunings: gather, plan, act, observe, status. */
package dev.wstuning.operator.pod.reconciler;
