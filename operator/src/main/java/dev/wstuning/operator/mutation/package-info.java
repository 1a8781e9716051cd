/** From a plan and a pod to the pod that boots tuned: pure, idempotent, and undone by not doing. */
package dev.wstuning.operator.mutation;
