/**
 * The mutating webhook: its server, its certificates, its registration with the API server, and the
 * test that the API server reaches it.
 */
package dev.wstuning.operator.admission;
