package dev.wstuning.operator.pod.suspension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Which pods this replica let through and has not seen since. A pod that was refused after
 * admission never appears, in any cluster, for any kind of owner, regardless of who refused it, and
 * in which words.
 */
final class AdmittedPods {

  /**
   * How long a pod takes at most until the cache has it. Beyond that it is looked for. It is longer
   * than API servers wait for an answer, so that by then they have given up if they do at all.
   */
  static final Duration LATE = Duration.ofSeconds(6);

  /** What did not appear by then will not any more. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(30);

  private static final int MOST_OWNERS = 5_000;
  private static final int MOST_EACH = 20;

  private final LongSupplier nanoTime;

  /** Oldest first. */
  private final Map<Target, Map<String, Awaited>> byTarget = new LinkedHashMap<>();

  private final Map<String, Target> byRequest = new HashMap<>();

  /** A pod that was let through. */
  private static final class Awaited {

    private final long at;
    private final boolean tuned;
    private final BooleanSupplier connected;
    private Boolean heard;

    Awaited(long at, boolean tuned, BooleanSupplier connected) {
      this.at = at;
      this.tuned = tuned;
      this.connected = connected;
    }

    /** Whether it should exist by now: the API server was there for the answer. */
    boolean isLate(long now) {
      if (now - at < LATE.toNanos()) {
        return false;
      }
      if (heard == null) {
        // Later it may have closed an idle connection.
        heard = connected.getAsBoolean();
      }
      return heard;
    }
  }

  /** An owner whose pods do not appear. */
  record Suspect(Target target, int tuned, int untuned) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  AdmittedPods(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Notes that a pod was let through, which carries the uid of the request.
   *
   * @param connected whether the API server still holds the connection of its call
   */
  synchronized void add(Target target, String request, boolean tuned, BooleanSupplier connected) {
    Map<String, Awaited> awaited = byTarget.computeIfAbsent(target, t -> new LinkedHashMap<>());
    awaited.put(request, new Awaited(nanoTime.getAsLong(), tuned, connected));
    byRequest.put(request, target);
    if (awaited.size() > MOST_EACH) {
      // The first one shows since when.
      drop(target, new ArrayList<>(awaited.keySet()).get(1));
    }
    if (byTarget.size() > MOST_OWNERS) {
      forget(byTarget.keySet().iterator().next());
    }
  }

  /** Notes that a pod exists; whose it is, unless that is unknown. */
  synchronized Optional<Target> appeared(String request) {
    Target target = byRequest.get(request);
    if (target != null) {
      drop(target, request);
    }
    return Optional.ofNullable(target);
  }

  /** Forgets what is awaited in namespaces of which something may have been overheard. */
  synchronized void forget(Predicate<String> unheard) {
    byTarget.keySet().stream()
        .filter(target -> unheard.test(target.namespace()))
        .toList()
        .forEach(this::forget);
  }

  /** Owners that have pods which are late. */
  synchronized List<Suspect> late() {
    long now = nanoTime.getAsLong();
    forgetOld(now);
    List<Suspect> suspects = new ArrayList<>();
    byTarget.forEach(
        (target, awaited) -> {
          int tuned = count(awaited, true, now);
          int untuned = count(awaited, false, now);
          if (tuned + untuned > 0) {
            suspects.add(new Suspect(target, tuned, untuned));
          }
        });
    return suspects;
  }

  private static int count(Map<String, Awaited> awaited, boolean tuned, long now) {
    int count = 0;
    for (Awaited a : awaited.values()) {
      if (a.tuned == tuned && a.isLate(now)) {
        count++;
      }
    }
    return count;
  }

  private void forgetOld(long now) {
    List<String> old = new ArrayList<>();
    byTarget.values().stream()
        .flatMap(awaited -> awaited.entrySet().stream())
        .filter(e -> now - e.getValue().at >= FORGOTTEN.toNanos())
        .forEach(e -> old.add(e.getKey()));
    old.forEach(this::appeared);
  }

  /** Forgets what is awaited of an owner. */
  synchronized void forget(Target target) {
    Map<String, Awaited> awaited = byTarget.remove(target);
    if (awaited != null) {
      byRequest.keySet().removeAll(awaited.keySet());
    }
  }

  /** Forgets the tuned ones, or the others. */
  synchronized void forget(Target target, boolean tuned) {
    Map<String, Awaited> awaited = byTarget.getOrDefault(target, Map.of());
    List<String> some =
        awaited.entrySet().stream()
            .filter(e -> e.getValue().tuned == tuned)
            .map(Map.Entry::getKey)
            .toList();
    some.forEach(request -> drop(target, request));
  }

  private void drop(Target target, String request) {
    byRequest.remove(request);
    Map<String, Awaited> awaited = byTarget.get(target);
    if (awaited != null) {
      awaited.remove(request);
      if (awaited.isEmpty()) {
        byTarget.remove(target);
      }
    }
  }
}
