/** Conditions as Kubernetes has them, the same way for both resources. */
package dev.wstuning.operator.condition;
