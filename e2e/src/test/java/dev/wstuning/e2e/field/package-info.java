/**
 * Surroundings that public reports describe: each story applies a file of e2e/field and asserts
 * what is right there.
 */
package dev.wstuning.e2e.field;
