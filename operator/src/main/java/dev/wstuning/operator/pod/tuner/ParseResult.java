package dev.wstuning.operator.pod.tuner;

/** What a termination message turned out to be. */
public sealed interface ParseResult<T> {

  /** A report that may be used. */
  record Valid<T>(T report) implements ParseResult<T> {}

  /** The kubelet cut the message: a pod has 12 KiB for those of all its containers. */
  record Truncated<T>() implements ParseResult<T> {}

  /** Not a report, or one that breaks the contract. */
  record Malformed<T>(String problem) implements ParseResult<T> {}

  /** A report about something else: another start of the container, or another plan. */
  record Stale<T>(String about) implements ParseResult<T> {}
}
