package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pace.Backoff;
import dev.wstuning.operator.pace.Backoff.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The pods of one tuning that refused. Each has a pause of its own. Once three pods of a kind in a
 * row refused for the same cause, the whole kind has one: after it a single pod is tried, and the
 * others only if that one does not refuse.
 */
final class RefusedPods {

  static final int ALIKE = 3;

  /** How long a pod that refused leaves the first turn after a pause to one that never did. */
  private static final Duration COURTESY = Duration.ofSeconds(5);

  private final Backoff<String> pods;
  private final Backoff<Object> kinds;
  private final Map<Object, Row> rows = new HashMap<>();

  /** ObserverRefusals of pods of one kind with nothing else in between. */
  private static final class Row {
    final String cause;
    final Set<String> pods = new HashSet<>();

    /** Whether a pod that never refused waits until the pause of its kind is over. */
    boolean untriedWaits;

    Row(String cause) {
      this.cause = cause;
    }
  }

  /**
   * A refusal that still holds.
   *
   * @param why the words of the refusal
   * @param remaining how long it holds
   */
  record Pending(String why, Duration remaining) {}

  RefusedPods(Duration first, Duration longest, LongSupplier nanoTime) {
    pods = new Backoff<>(first, longest, nanoTime);
    kinds = new Backoff<>(first, longest, nanoTime);
  }

  synchronized Optional<Pending> pending(String pod, Object kind) {
    return pods.pending(pod)
        .map(own -> new Pending(own.why(), pods.remaining(own)))
        .or(() -> kinds.latest(kind).flatMap(all -> pendingOfKind(pod, rows.get(kind), all)));
  }

  private Optional<Pending> pendingOfKind(String pod, Row row, Refusal all) {
    boolean untried = pods.latest(pod).isEmpty();
    Duration remaining = kinds.remaining(all);
    if (untried && !remaining.isZero()) {
      row.untriedWaits = true;
    }
    if (!untried && row.untriedWaits) {
      remaining =
          kinds.remaining(new Refusal(all.why(), all.next() + COURTESY.toNanos(), all.pause()));
    }
    return remaining.isZero() ? Optional.empty() : Optional.of(new Pending(all.why(), remaining));
  }

  synchronized Duration refused(String pod, Object kind, String why, String cause) {
    Row row = rows.get(kind);
    if (row == null || !row.cause.equals(cause)) {
      row = new Row(cause);
      rows.put(kind, row);
      kinds.succeeded(kind);
    }
    row.pods.add(pod);
    row.untriedWaits = false;
    if (row.pods.size() >= ALIKE) {
      kinds.refused(kind, why);
    }
    return pods.refused(pod, why).pause();
  }

  synchronized void succeeded(String pod, Object kind) {
    pods.succeeded(pod);
    Row row = rows.remove(kind);
    if (kinds.latest(kind).isPresent()) {
      // The cause of these refusals is gone.
      kinds.succeeded(kind);
      pods.forget(row.pods::contains);
    }
  }

  /** Forgets all pods but these. */
  synchronized void retain(Set<String> uids) {
    pods.forget(uid -> !uids.contains(uid));
    rows.values().forEach(row -> row.pods.retainAll(uids));
    rows.values().removeIf(row -> row.pods.isEmpty());
    kinds.forget(kind -> !rows.containsKey(kind));
  }
}
