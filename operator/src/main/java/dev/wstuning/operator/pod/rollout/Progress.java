package dev.wstuning.operator.pod.rollout;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What there is to do next to pods and workloads.
 *
 * @param intents what will be done when they were announced
 * @param again when to look again although nothing happened
 */
public record Progress(List<Intent> intents, Optional<Duration> again) {

  public static final Progress NONE = new Progress(List.of(), Optional.empty());

  /** As many intents as a status may hold; the others follow. */
  static final int MOST = 20;

  /** This, and then that. */
  public Progress and(Progress other) {
    return new Progress(
        Stream.concat(intents.stream(), other.intents.stream()).limit(MOST).toList(),
        Stream.of(again, other.again).flatMap(Optional::stream).min(Comparator.naturalOrder()));
  }
}
