/**
 * Tuning that steps aside: if tuned pods of an owner are refused or cannot start, its pods start
 * untuned until a trial succeeds.
 */
package dev.wstuning.operator.pod.suspension;
