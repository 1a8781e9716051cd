/** Turns a plan and a pod into a pod that boots tuned, and back. */
package dev.wstuning.operator.pod.injection;
