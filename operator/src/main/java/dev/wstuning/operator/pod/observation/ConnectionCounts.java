package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.Counts;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The connections that a pod accepted, by how they ended.
 *
 * @param since when counting began
 */
public record ConnectionCounts(
    Instant since, long open, long endedByPeer, long endedByServer, long reset, long foundDead) {

  /** Empty if something is missing. */
  static Optional<ConnectionCounts> of(Counts c) {
    return Stream.of(c.open(), c.endedByPeer(), c.endedByServer(), c.reset(), c.foundDead())
            .anyMatch(n -> n == null || n < 0)
        ? Optional.empty()
        : time(c.since())
            .map(
                since ->
                    new ConnectionCounts(
                        since,
                        c.open(),
                        c.endedByPeer(),
                        c.endedByServer(),
                        c.reset(),
                        c.foundDead()));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The connections of both, counted from when both were. */
  public ConnectionCounts and(ConnectionCounts other) {
    return new ConnectionCounts(
        since.isAfter(other.since) ? since : other.since,
        open + other.open,
        endedByPeer + other.endedByPeer,
        endedByServer + other.endedByServer,
        reset + other.reset,
        foundDead + other.foundDead);
  }
}
