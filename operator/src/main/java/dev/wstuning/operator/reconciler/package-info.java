/** Strings the other packages together: gather, plan, act, observe, status. */
package dev.wstuning.operator.reconciler;
