package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.SentCommand;
import java.time.Instant;
import java.util.Optional;

/**
 * An observer of a pod, which never gets rid of it.
 *
 * @param target the name of the container that it looks at
 * @param command what it was sent for
 * @param observation what it has shown so far
 * @param ended whether it shows nothing else from now on
 * @param endedSecond when it ended, in seconds of the epoch; 0 if the kubelet does not say
 */
public record ObserverFacts(
    ObserverName name,
    String target,
    SentCommand command,
    Observation observation,
    boolean ended,
    long endedSecond) {

  /** When it ended, by the clock of the kubelet. */
  public Optional<Instant> endedAt() {
    return endedSecond == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(endedSecond));
  }

  /** The same, if a later observer reported: what this one left is of no use any more. */
  ObserverFacts superseded() {
    return observation == SUPERSEDED
        ? this
        : new ObserverFacts(name, target, command, SUPERSEDED, ended, endedSecond);
  }

  static final Observation SUPERSEDED =
      new Observation.Failed("a later observer reported", Observation.Prospect.NONE);
}
