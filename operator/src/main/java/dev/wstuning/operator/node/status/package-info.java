/** Makes the status of a node tuning: equal situations give equal objects. */
package dev.wstuning.operator.node.status;
