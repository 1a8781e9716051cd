package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.ServerReport;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the observer reported of the present start of the server container. */
public sealed interface Observation {

  /** What follows from each kind of observation. */
  <R> R fold(
      Function<Reported, R> reported,
      Function<Pending, R> pending,
      Function<Failed, R> failed,
      Supplier<R> ambiguous);

  /** The report, if there is one. */
  default Optional<Reported> reported() {
    return fold(Optional::of, p -> Optional.empty(), f -> Optional.empty(), Optional::empty);
  }

  /** Whether a report may still come. */
  default boolean pending() {
    return fold(r -> false, p -> true, f -> false, () -> false);
  }

  /** Nothing yet; a report may still come. */
  record Pending(String state) implements Observation {
    @Override
    public <R> R fold(
        Function<Reported, R> reported,
        Function<Pending, R> pending,
        Function<Failed, R> failed,
        Supplier<R> ambiguous) {
      return pending.apply(this);
    }
  }

  record Reported(ServerReport report, Instant at) implements Observation {
    @Override
    public <R> R fold(
        Function<Reported, R> reported,
        Function<Pending, R> pending,
        Function<Failed, R> failed,
        Supplier<R> ambiguous) {
      return reported.apply(this);
    }
  }

  /** No report, and none will come. */
  record Failed(String problem) implements Observation {
    @Override
    public <R> R fold(
        Function<Reported, R> reported,
        Function<Pending, R> pending,
        Function<Failed, R> failed,
        Supplier<R> ambiguous) {
      return failed.apply(this);
    }
  }

  /** It is unclear which container runs the server. */
  record Ambiguous() implements Observation {
    @Override
    public <R> R fold(
        Function<Reported, R> reported,
        Function<Pending, R> pending,
        Function<Failed, R> failed,
        Supplier<R> ambiguous) {
      return ambiguous.get();
    }
  }
}
