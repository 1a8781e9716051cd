/** What the cluster's administrator keeps from all tunings. */
package dev.wstuning.operator.guardrail;
