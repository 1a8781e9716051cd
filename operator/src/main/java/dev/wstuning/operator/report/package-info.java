/**
 * The reports that the tuner leaves in termination messages. Samples of both are in {@code
 * tuner/testdata}, which the tests of both sides read.
 */
package dev.wstuning.operator.report;
