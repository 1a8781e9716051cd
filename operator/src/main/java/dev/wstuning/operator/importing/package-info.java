/** What files that tune a machine become on Kubernetes. */
package dev.wstuning.operator.importing;
