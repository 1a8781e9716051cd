/**
 * Which pods a tuning selects and owns, which are left alone, and the little that is kept of each.
 */
package dev.wstuning.operator.selection;
