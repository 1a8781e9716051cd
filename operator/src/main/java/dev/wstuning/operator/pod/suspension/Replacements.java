package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.suspension.StartFailures.Failing;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Which pod of an owner is replaced because it cannot start, and what that proves. One node may
 * lack an image, or be overloaded: its pod is replaced, and what becomes of the next one shows
 * whether it was the node.
 */
final class Replacements {

  /** Until another pod of a suspended owner is replaced: its pods start without us. */
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(5);

  private final Intervals intervals;
  private final LongSupplier nanoTime;
  private final Map<Object, Replaced> last = new ConcurrentHashMap<>();

  private record Replaced(String node, long at) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  Replacements(Intervals intervals, LongSupplier nanoTime) {
    this.intervals = intervals;
    this.nanoTime = nanoTime;
  }

  /**
   * Whether it is us, and not a node.
   *
   * @param owner whose pods they are
   * @param failing those of its pods that fail, with the present image
   */
  boolean prove(Object owner, List<Failing> failing) {
    List<Failing> late =
        failing.stream().filter(f -> f.lasting().compareTo(intervals.patience()) >= 0).toList();
    Set<String> nodes = new HashSet<>();
    late.forEach(f -> f.pod().node().ifPresent(nodes::add));
    // One that was replaced because it had no node proves nothing of nodes.
    Optional<Replaced> replaced =
        recent(owner, intervals.untilTheNextReplacement()).filter(r -> !r.node().isEmpty());
    if (replaced.isEmpty() || late.isEmpty()) {
      return nodes.size() > 1;
    }
    nodes.add(replaced.get().node());
    return nodes.size() > 1 || late.stream().anyMatch(f -> failsLike(replaced.get(), f));
  }

  /** Whether a pod is younger than the one that was replaced, and fails for longer. */
  private boolean failsLike(Replaced replaced, Failing pod) {
    long began = nanoTime.getAsLong() - pod.lasting().toNanos();
    return began >= replaced.at() && pod.lasting().compareTo(intervals.patienceWithTheNext()) >= 0;
  }

  /**
   * Which pod is to be replaced now.
   *
   * @param suspended whether the next pod starts without us
   * @param othersStart whether other pods of the owner are about to start
   */
  Optional<PodFacts> next(
      Object owner, List<Failing> failing, boolean suspended, boolean othersStart) {
    if (recent(owner, suspended ? SHORT_PAUSE : intervals.untilTheNextReplacement()).isPresent()
        || othersStart) {
      return Optional.empty();
    }
    return failing.stream()
        .filter(pod -> suspended || pod.lasting().compareTo(intervals.patience()) >= 0)
        .map(Failing::pod)
        .filter(pod -> pod.workload().isPresent() && pod.phase().equals("Pending"))
        .findFirst();
  }

  /** Notes that a pod went that {@link #next} named. */
  void replaced(Object owner, PodFacts pod) {
    last.put(owner, new Replaced(pod.node().orElse(""), nanoTime.getAsLong()));
  }

  private Optional<Replaced> recent(Object owner, Duration within) {
    return Optional.ofNullable(last.get(owner))
        .filter(r -> nanoTime.getAsLong() - r.at() < within.toNanos());
  }

  /** Forgets what is too old to count. */
  void forgetOld() {
    last.values()
        .removeIf(
            r -> nanoTime.getAsLong() - r.at() >= intervals.untilTheNextReplacement().toNanos());
  }
}
