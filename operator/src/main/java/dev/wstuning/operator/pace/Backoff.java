package dev.wstuning.operator.pace;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Remembers which targets refused something, and when each may be asked again: after a first pause,
 * which doubles with each further refusal up to a longest one. A new process remembers nothing,
 * which costs one more request for each target.
 *
 * @param <K> what names a target, such as the uid of a pod
 */
public final class Backoff<K> {

  private final Pauses pauses;
  private final LongSupplier nanoTime;
  private final Map<K, Refusal> refusals = new ConcurrentHashMap<>();

  /**
   * The latest answer of a target that refused.
   *
   * @param why the words of the refusal
   * @param next the nanosecond at which the target may be asked again
   * @param pause the time between the refusal and {@code next}
   */
  public record Refusal(String why, long next, Duration pause) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public Backoff(Duration first, Duration longest, LongSupplier nanoTime) {
    this.pauses = new Pauses(first, longest);
    this.nanoTime = nanoTime;
  }

  /** The refusal for which {@code target} must not be asked yet; empty if it may be asked. */
  public Optional<Refusal> pending(K target) {
    return Optional.ofNullable(refusals.get(target))
        .filter(refusal -> !remaining(refusal).isZero());
  }

  /** The latest refusal of {@code target}, whether or not it may be asked again. */
  public Optional<Refusal> latest(K target) {
    return Optional.ofNullable(refusals.get(target));
  }

  /** How long it is until {@code refusal} is over; zero if it is. */
  public Duration remaining(Refusal refusal) {
    Duration left = Duration.ofNanos(refusal.next() - nanoTime.getAsLong());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Notes that {@code target} refused. */
  public Refusal refused(K target, String why) {
    return refusals.merge(
        target,
        refusal(why, pauses.first()),
        (before, now) -> refusal(why, pauses.after(before.pause())));
  }

  private Refusal refusal(String why, Duration pause) {
    return new Refusal(why, nanoTime.getAsLong() + pause.toNanos(), pause);
  }

  /** Notes that {@code target} granted a request. */
  public void succeeded(K target) {
    refusals.remove(target);
  }

  /** Forgets targets that are gone. */
  public void forget(Predicate<K> gone) {
    refusals.keySet().removeIf(gone);
  }
}
