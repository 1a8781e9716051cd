package dev.wstuning.operator.pod.observation;

/**
 * An observer of a pod, which never gets rid of it.
 *
 * @param start names the start of the server container that it was sent to
 * @param observation what it has shown so far
 * @param ended whether it shows nothing else from now on
 */
public record ObserverFacts(String start, Observation observation, boolean ended) {}
