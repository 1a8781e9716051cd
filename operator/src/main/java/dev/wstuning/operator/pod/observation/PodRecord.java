package dev.wstuning.operator.pod.observation;

/**
 * What is kept of a pod: all that follows from its object alone, read once when it arrives.
 *
 * @param boot what its init container reported
 */
public record PodRecord(PodFacts facts, Boot boot) {}
