/**
 * Pods that the agent of their node tunes, measures and counts: without webhook, init container or
 * privileged pod. Each story has a class for each of the two nodes.
 */
package dev.wstuning.e2e.agent;
