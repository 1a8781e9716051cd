/** What a tuning wants to be set in a pod, and by which mechanism. */
package dev.wstuning.operator.pod.plan;
