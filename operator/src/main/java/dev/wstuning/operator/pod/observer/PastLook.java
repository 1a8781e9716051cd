package dev.wstuning.operator.pod.observer;

import java.time.Instant;
import java.util.Optional;

/**
 * A look at the server that the pod shows, regardless of what came of it.
 *
 * @param start names the start of the server that was looked at
 * @param present whether that is the present start
 * @param ended when the observer ended, by the clock of the kubelet; empty if it does not say
 * @param underWay whether the observer did not end yet
 * @param requested whether it was sent for the user's present request
 * @param answers whether its report answers what the tuning wants to know now
 * @param silent whether its report shows that nothing listened
 * @param number that in the name of the observer
 */
record PastLook(
    int start,
    boolean present,
    Optional<Instant> ended,
    boolean underWay,
    boolean requested,
    boolean answers,
    boolean silent,
    int number) {}
