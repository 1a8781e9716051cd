/** Writes to the API server, the same way for both resources. */
package dev.wstuning.operator.patch;
