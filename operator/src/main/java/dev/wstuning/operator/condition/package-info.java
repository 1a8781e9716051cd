/** Conditions as Kubernetes has them, the same way for pods and nodes. */
package dev.wstuning.operator.condition;
