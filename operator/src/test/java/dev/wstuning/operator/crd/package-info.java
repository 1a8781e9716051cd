/**
 * Generates the files that repeat what the code says: the CRD, its reference page and the one-file
 * manifest. The tests here fail when a committed file differs; {@code make crds} renews them.
 */
package dev.wstuning.operator.crd;
