/** Restarts workloads on request, and releases pods that the operator hindered. */
package dev.wstuning.operator.pod.rollout;
