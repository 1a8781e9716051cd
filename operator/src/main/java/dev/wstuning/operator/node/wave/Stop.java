package dev.wstuning.operator.node.wave;

/**
 * A node that was given new settings and is not well with them.
 *
 * @param why in words
 */
public record Stop(String node, String why) {}
