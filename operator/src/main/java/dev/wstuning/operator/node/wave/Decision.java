package dev.wstuning.operator.node.wave;

import java.util.Optional;
import java.util.Set;

/**
 * How a rollout goes on.
 *
 * @param wave the last wave, also if it begins now
 * @param next the nodes that are given the settings now, in this wave
 * @param canaryDone whether the first node proved the settings
 * @param complete whether all waves are over
 * @param stop what keeps the others from being given the settings
 */
record Decision(
    int wave, Set<String> next, boolean canaryDone, boolean complete, Optional<Stop> stop) {}
