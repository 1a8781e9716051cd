package dev.wstuning.operator.node.plan;

/**
 * Two tunings set one key on one node.
 *
 * @param winner the older tuning, whose value is used
 */
public record NodeConflict(String key, String winner, String loser) {}
