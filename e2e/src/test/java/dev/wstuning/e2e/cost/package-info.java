/**
 * What tuning costs, measured on a real node: no stories, because they assert nothing about time.
 */
package dev.wstuning.e2e.cost;
