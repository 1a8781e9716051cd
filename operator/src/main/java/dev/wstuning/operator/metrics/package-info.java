/** What the operator counts and measures, as Prometheus reads it. */
package dev.wstuning.operator.metrics;
