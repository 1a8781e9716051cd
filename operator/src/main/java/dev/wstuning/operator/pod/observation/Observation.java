package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.ServerReport;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the observer reported of the present start of the server container. */
public sealed interface Observation {

  record Reported(ServerReport report, Instant at) implements Observation {}

  /** Nothing yet; a report may still come. */
  record Pending(String state) implements Observation {}

  /** No report, and none will come. */
  record Failed(String problem) implements Observation {}

  /** It is unclear which container runs the server. */
  record Ambiguous() implements Observation {}

  /** What follows from each kind of observation. */
  default <R> R fold(
      Function<Reported, R> reported,
      Function<Pending, R> pending,
      Function<Failed, R> failed,
      Supplier<R> ambiguous) {
    if (this instanceof Reported observation) {
      return reported.apply(observation);
    }
    if (this instanceof Pending observation) {
      return pending.apply(observation);
    }
    return this instanceof Failed observation ? failed.apply(observation) : ambiguous.get();
  }

  /** The report, if there is one. */
  default Optional<Reported> reported() {
    return this instanceof Reported report ? Optional.of(report) : Optional.empty();
  }

  /** Whether a report may still come. */
  default boolean pending() {
    return this instanceof Pending;
  }
}
