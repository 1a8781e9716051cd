/**
 * What tuning costs, measured on a real node: no stories, because machines differ. Only the ratio
 * of the two quickest starts is judged.
 */
package dev.wstuning.e2e.cost;
