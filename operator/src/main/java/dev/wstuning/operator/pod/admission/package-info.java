/**
 * The mutating webhook: its server, its registration, and the test that the API server reaches it.
 */
package dev.wstuning.operator.pod.admission;
