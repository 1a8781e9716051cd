package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.pod.observer.ObserverOutcome;
import dev.wstuning.operator.pod.rollout.RolloutListener;
import dev.wstuning.operator.publish.StatusWrites;
import java.util.function.Consumer;

/**
 * Who hears of what a reconciler does. They must neither fail nor take time.
 *
 * @param observers hears of every answer to a request to add an observer
 * @param statuses hears of the statuses of tunings
 */
public record PodListeners(
    Consumer<ObserverOutcome> observers, RolloutListener rollout, StatusWrites statuses) {}
