package dev.wstuning.operator.pod.tuner;

import java.util.function.Function;
import java.util.function.Supplier;

/** What a termination message turned out to be. */
public sealed interface ParseResult<T> {

  /** A report that may be used. */
  record Valid<T>(T report) implements ParseResult<T> {}

  /** Not a report, or one that breaks the contract. */
  record Malformed<T>(String problem) implements ParseResult<T> {}

  /** The kubelet cut the message: a pod has 12 KiB for those of all its containers. */
  record Truncated<T>() implements ParseResult<T> {}

  /** A report about something else: another start of the container, or another plan. */
  record Stale<T>(String about) implements ParseResult<T> {}

  /** What follows from each kind of result. */
  default <R> R fold(
      Function<T, R> valid,
      Function<String, R> malformed,
      Supplier<R> truncated,
      Supplier<R> stale) {
    if (this instanceof Valid<T> result) {
      return valid.apply(result.report());
    }
    if (this instanceof Malformed<T> result) {
      return malformed.apply(result.problem());
    }
    return this instanceof Truncated ? truncated.get() : stale.get();
  }
}
