/**
 * The operator in a big cluster: a thousand tunings and ten thousand pods, on nodes that do not
 * exist. {@code ScaleIT} is small and asserts counts; {@code Scale} is run by make scale, and
 * writes docs/scale.md.
 */
package dev.wstuning.e2e.scale;
