/**
 * What is to be set in a pod, and how: pure functions from a resource and its surroundings to a
 * plan. No I/O, no clock.
 */
package dev.wstuning.operator.tuning;
