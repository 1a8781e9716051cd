/** How often the API server is asked: per second for all, and per target after a refusal. */
package dev.wstuning.operator.pace;
