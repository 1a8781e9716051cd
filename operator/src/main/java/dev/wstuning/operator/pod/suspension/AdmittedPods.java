package dev.wstuning.operator.pod.suspension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Optional<String> name;

    /** Null once its answer is known, because it keeps a connection. */
    private BooleanSupplier connected;

    /** Whether it counts if it is late. */
    private boolean counts = true;

    Awaited(long at, boolean tuned, Call call) {
      this.at = at;
      this.tuned = tuned;
      this.name = call.name();
      this.connected = call.connected();
    }

    /** Whether it should exist by now: the API server was there for the answer. */
    boolean isLate(long now) {
      if (now - at < LATE.toNanos()) {
        return false;
      }
      if (connected != null) {
        // Later it may have closed an idle connection.
        counts &= connected.getAsBoolean();
        connected = null;
      }
      return counts;
    }
  }

  /** An owner whose pods do not appear. */
  record Suspect(Target target, int tuned, int untuned) {}

  /**
   * A pod that exists.
   *
   * @param tuned whether it was let through tuned
   */
  record Appeared(Target target, boolean tuned) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  AdmittedPods(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Notes that a pod was let through, which carries the uid of the request. */
  synchronized void add(Target target, Call call, boolean tuned) {
    Map<String, Awaited> awaited = byTarget.computeIfAbsent(target, t -> new LinkedHashMap<>());
    awaited.put(call.request(), new Awaited(nanoTime.getAsLong(), tuned, call));
    byRequest.put(call.request(), target);
    if (awaited.size() > MOST_EACH) {
      // The first one shows since when.
      drop(target, new ArrayList<>(awaited.keySet()).get(1));
    }
    if (byTarget.size() > MOST_OWNERS) {
      forget(byTarget.keySet().iterator().next());
    }
  }

  /**
   * Notes that a pod exists; whose it is, unless that is unknown. Older ones of its kind that did
   * not appear were no refusals.
   */
  synchronized Optional<Appeared> appeared(String request) {
    Target target = byRequest.get(request);
    if (target == null) {
      return Optional.empty();
    }
    Awaited pod = byTarget.get(target).get(request);
    drop(target, request);
    List.copyOf(byTarget.getOrDefault(target, Map.of()).entrySet()).stream()
        .filter(e -> e.getValue().tuned == pod.tuned && e.getValue().at < pod.at)
        .forEach(e -> e.getValue().counts = false);
    return Optional.of(new Appeared(target, pod.tuned));
  }

  /** Notes the names of the pods that a namespace has: what was created under one was there. */
  synchronized void existing(String namespace, Set<String> names) {
    byTarget.entrySet().stream()
        .filter(e -> e.getKey().namespace().equals(namespace))
        .flatMap(e -> e.getValue().values().stream())
        .filter(a -> a.name.filter(names::contains).isPresent())
        .forEach(a -> a.counts = false);
  }

  /** Those in which something is awaited. */
  synchronized Set<String> namespaces() {
    Set<String> namespaces = new HashSet<>();
    byTarget.keySet().forEach(target -> namespaces.add(target.namespace()));
    return namespaces;
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
    byTarget.entrySet().stream()
        .flatMap(
            e ->
                e.getValue().entrySet().stream()
                    .filter(a -> now - a.getValue().at >= FORGOTTEN.toNanos())
                    .map(a -> Map.entry(e.getKey(), a.getKey())))
        .toList()
        .forEach(old -> drop(old.getKey(), old.getValue()));
  }

  /** Forgets what is awaited of an owner. */
  synchronized void forget(Target target) {
    Map<String, Awaited> awaited = byTarget.remove(target);
    if (awaited != null) {
      byRequest.keySet().removeAll(awaited.keySet());
    }
  }

  /** Counts the tuned ones no more, or the others; they may yet appear. */
  synchronized void counted(Target target, boolean tuned) {
    byTarget.getOrDefault(target, Map.of()).values().stream()
        .filter(a -> a.tuned == tuned)
        .forEach(a -> a.counts = false);
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
