/** Makes the status of a tuning: equal situations give equal objects. */
package dev.wstuning.operator.pod.status;
