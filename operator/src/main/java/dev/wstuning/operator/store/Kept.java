package dev.wstuning.operator.store;

import java.util.Optional;
import java.util.function.Function;

/**
 * What is kept of each object.
 *
 * @param identity namespace, name, uid, version and labels, which an informer compares
 * @param foreign the same without labels, for objects that do not matter
 * @param read what is known of an object that matters; empty for nothing
 * @param place where it is, such as its node; empty if that is unknown or does not matter
 */
public record Kept<T, R>(
    Function<T, T> identity,
    Function<T, T> foreign,
    Function<T, Optional<R>> read,
    Function<R, Optional<String>> place) {}
