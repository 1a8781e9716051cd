/** Writes statuses and events to the API server, the same way for pods and nodes. */
package dev.wstuning.operator.publish;
