/**
 * What the operator does to pods and workloads besides observing: release pods that it hindered,
 * and restart workloads where that was asked for.
 */
package dev.wstuning.operator.rollout;
