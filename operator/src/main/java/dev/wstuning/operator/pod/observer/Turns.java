package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.PodFacts;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How tunings share requests about their pods.
 *
 * @param perSecond how many there may be in the whole cluster
 * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
 * @param leading whether this replica is the one that sends any
 * @param wake hears of pods about which something else is known, although they did not change
 */
public record Turns(
    int perSecond, LongSupplier nanoTime, BooleanSupplier leading, Consumer<PodFacts> wake) {}
