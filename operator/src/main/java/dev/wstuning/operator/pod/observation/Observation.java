package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.ServerReport;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the observer reported of the present start of the server container. */
public sealed interface Observation {

  /**
   * A report about the present start, which answers what the tuning wants to know.
   *
   * @param renewed whether a newer one is on its way, because a user requested it
   */
  record Reported(ServerReport report, Instant at, boolean renewed) implements Observation {

    public Reported renewed(boolean value) {
      return value == renewed ? this : new Reported(report, at, value);
    }
  }

  /**
   * A report about an earlier start, or for other settings of the tuning.
   *
   * @param why there is no better one
   * @param prospect whether there will be
   */
  record Outdated(Reported before, String why, Prospect prospect) implements Observation {}

  /**
   * A report about the present start that shows no port on which the server listened. There will be
   * another.
   *
   * @param silent that report
   * @param before the last one of a server that listened, of any start; empty if there is none
   */
  record NotListening(Reported silent, Optional<Reported> before) implements Observation {}

  /** Nothing yet; a report may still come. */
  record Pending(String state) implements Observation {}

  /**
   * No report, and none is on its way.
   *
   * @param prospect what it would take
   */
  record Failed(String problem, Prospect prospect) implements Observation {}

  /** It is unclear which container runs the server. */
  record Ambiguous() implements Observation {}

  /** Whether a report on the present start may still come. */
  enum Prospect {
    COMING,
    ON_REQUEST,
    /** Not as long as the API server refuses observers. */
    REFUSED,
    NONE
  }

  /** What follows from each kind of observation. */
  default <R> R fold(
      Function<Reported, R> reported,
      Function<Outdated, R> outdated,
      Function<NotListening, R> notListening,
      Function<Pending, R> pending,
      Function<Failed, R> failed,
      Supplier<R> ambiguous) {
    if (this instanceof Reported observation) {
      return reported.apply(observation);
    }
    if (this instanceof Outdated observation) {
      return outdated.apply(observation);
    }
    if (this instanceof NotListening observation) {
      return notListening.apply(observation);
    }
    if (this instanceof Pending observation) {
      return pending.apply(observation);
    }
    return this instanceof Failed observation ? failed.apply(observation) : ambiguous.get();
  }

  /** The report on the present start, if there is one and it shows a server. */
  default Optional<Reported> reported() {
    return this instanceof Reported report ? Optional.of(report) : Optional.empty();
  }

  /** Why there is no report, if none will come. */
  default Optional<String> failed() {
    return this instanceof Failed failed ? Optional.of(failed.problem()) : Optional.empty();
  }

  /** Whether there is none because the API server refuses observers. */
  default boolean isRefused() {
    return this instanceof Failed failed && failed.prospect() == Prospect.REFUSED;
  }

  /** The last report on any start. */
  default Optional<Reported> last() {
    if (this instanceof NotListening observation) {
      return observation.before().or(() -> Optional.of(observation.silent()));
    }
    return this instanceof Outdated outdated ? Optional.of(outdated.before()) : reported();
  }

  /** Whether nothing is known of the present start yet, and something will be. */
  default boolean awaited() {
    return this instanceof Pending
        || (this instanceof Outdated outdated && outdated.prospect() == Prospect.COMING);
  }

  /** Whether something is still to come, be it because a user requested it. */
  default boolean open() {
    return awaited()
        || (this instanceof Reported report && report.renewed())
        || (this instanceof NotListening observation && observation.silent().renewed());
  }
}
