/** The status of a tuning, made in one place: equal situations give equal objects. */
package dev.wstuning.operator.status;
