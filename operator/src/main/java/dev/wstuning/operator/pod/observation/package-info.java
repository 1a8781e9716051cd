/** What is known about a running pod, and what follows from it. */
package dev.wstuning.operator.pod.observation;
