/** Limits requests to the API server: per second for all, and per target after a refusal. */
package dev.wstuning.operator.pace;
