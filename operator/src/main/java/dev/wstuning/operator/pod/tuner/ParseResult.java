package dev.wstuning.operator.pod.tuner;

import java.util.function.Function;
import java.util.function.Supplier;

/** What a termination message turned out to be. */
public sealed interface ParseResult<T> {

  /** What follows from each kind of result. */
  <R> R fold(
      Function<T, R> valid,
      Function<String, R> malformed,
      Supplier<R> truncated,
      Supplier<R> stale);

  /** A report that may be used. */
  record Valid<T>(T report) implements ParseResult<T> {
    @Override
    public <R> R fold(
        Function<T, R> valid,
        Function<String, R> malformed,
        Supplier<R> truncated,
        Supplier<R> stale) {
      return valid.apply(report);
    }
  }

  /** The kubelet cut the message: a pod has 12 KiB for those of all its containers. */
  record Truncated<T>() implements ParseResult<T> {
    @Override
    public <R> R fold(
        Function<T, R> valid,
        Function<String, R> malformed,
        Supplier<R> truncated,
        Supplier<R> stale) {
      return truncated.get();
    }
  }

  /** Not a report, or one that breaks the contract. */
  record Malformed<T>(String problem) implements ParseResult<T> {
    @Override
    public <R> R fold(
        Function<T, R> valid,
        Function<String, R> malformed,
        Supplier<R> truncated,
        Supplier<R> stale) {
      return malformed.apply(problem);
    }
  }

  /** A report about something else: another start of the container, or another plan. */
  record Stale<T>(String about) implements ParseResult<T> {
    @Override
    public <R> R fold(
        Function<T, R> valid,
        Function<String, R> malformed,
        Supplier<R> truncated,
        Supplier<R> stale) {
      return stale.get();
    }
  }
}
