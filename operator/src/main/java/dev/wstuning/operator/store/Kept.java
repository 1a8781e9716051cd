package dev.wstuning.operator.store;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is kept of each object.
 *
 * @param empty makes an object without anything, to name one that is not kept
 * @param labels those of the object that was read
 * @param read what is known of an object that matters, with what was known of its last version;
 *     empty for nothing
 * @param place where it is, such as its node; empty if that is unknown or does not matter
 */
public record Kept<T, R>(
    Supplier<T> empty,
    Function<R, Map<String, String>> labels,
    BiFunction<T, Optional<R>, Optional<R>> read,
    Function<R, Optional<String>> place) {}
