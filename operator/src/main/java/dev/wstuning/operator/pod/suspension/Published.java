package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.pod.selection.Workload;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A suspension as the leader published it in a status, which every replica follows.
 *
 * @param owner whose pods; empty for all of the tuning
 * @param attempts how many failed
 * @param nextTry from when on another one is due
 * @param stuck whether tuned pods were admitted, but did not start: only the leader can see when
 *     that is over
 */
record Published(
    Optional<Workload> owner, Mark mark, int attempts, Instant nextTry, boolean stuck) {

  /** Those that can be read: another version may have written them. */
  static List<Published> of(WebSocketTuning tuning) {
    return tuning.getStatus() == null
        ? List.of()
        : tuning.getStatus().suspensionsOrEmpty().stream()
            .map(Published::of)
            .flatMap(Optional::stream)
            .toList();
  }

  static Optional<Published> of(Suspension s) {
    if (s.nextTry() == null || s.fingerprint() == null || s.attempts() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Published(
              Optional.ofNullable(s.owner()).map(Workload::of),
              Mark.parse(s.fingerprint()),
              s.attempts(),
              Instant.parse(s.nextTry()),
              s.cause() == Cause.Stuck || s.cause() == Cause.Unscheduled));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The one that goes for {@code target}; of several the one with the latest trial. */
  static Optional<Published> about(Target target, List<Published> all) {
    return all.stream()
        .filter(p -> p.owner().isEmpty() || p.owner().get().equals(target.owner()))
        .filter(p -> p.mark().covers(target.mark()))
        .max(Comparator.comparing(Published::nextTry));
  }
}
