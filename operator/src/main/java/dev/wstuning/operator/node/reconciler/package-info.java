/** Reconciles node tunings: has the fleet converge on what all of them want, judges, publishes. */
package dev.wstuning.operator.node.reconciler;
