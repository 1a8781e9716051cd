/** Reconciles tunings: gather, plan, act, judge, publish. */
package dev.wstuning.operator.pod.reconciler;
