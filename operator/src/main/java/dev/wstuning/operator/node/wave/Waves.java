package dev.wstuning.operator.node.wave;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Decides which nodes are next: one node first, then a twentieth of all in each wave. A wave begins
 * when every node of the one before has been well for a minute. It remembers only since when; a
 * restarted operator waits again. Everything else it reads from the nodes.
 */
final class Waves {

  /** How long every node of a wave must be well until the next wave begins. */
  static final Duration PROOF = Duration.ofSeconds(60);

  /** How long a node may take until it is well, including the pull of the agent's image. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Without a look for this long, such as while another replica led, nothing is known. */
  private static final Duration GAP = Duration.ofSeconds(30);

  private static final int SHARE = 20;

  private final LongSupplier nanoTime;

  /** By the uid of the tuning. */
  private final Map<String, Watch> watches = new HashMap<>();

  /** Since when nodes are well, and since when they need a moment, for one rollout. */
  private record Watch(
      String revision, long looked, Map<String, Long> well, Map<String, Long> underway) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  Waves(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Forgets all tunings but these. */
  void retain(Set<String> uids) {
    watches.keySet().retainAll(uids);
  }

  /**
   * @param revision names the settings
   * @param members all nodes that the tuning selects
   */
  Decision decide(String uid, String revision, List<Member> members) {
    Watch watch = watch(uid, revision);
    observe(watch, members);
    int wave =
        members.stream()
            .flatMap(m -> m.updated().stream())
            .mapToInt(Member.Updated::wave)
            .max()
            .orElse(0);
    List<Member> last = wave == 0 ? List.of() : members.stream().filter(m -> m.isIn(wave)).toList();
    Optional<Stop> stop =
        last.stream()
            .sorted(Comparator.comparing(Member::node))
            .flatMap(m -> stop(watch, m).stream())
            .findFirst();
    boolean proven = !last.isEmpty() && last.stream().allMatch(m -> isProven(watch, m));
    boolean canaryDone = wave > 1 || proven;
    if (stop.isPresent()) {
      return new Decision(wave, Set.of(), canaryDone, false, stop);
    }
    List<String> candidates =
        members.stream()
            .filter(m -> m.updated().isEmpty() && m.fit())
            .map(Member::node)
            .sorted()
            .toList();
    if (wave > 0 && !proven) {
      // The nodes of a wave are given the settings one after the other, at the pace of all writes.
      int missing = size(wave, members.size()) - last.size();
      return new Decision(wave, first(missing, candidates), canaryDone, false, stop);
    }
    if (candidates.isEmpty()) {
      boolean complete = members.stream().anyMatch(m -> m.updated().isPresent());
      return new Decision(wave, Set.of(), canaryDone, complete, stop);
    }
    int next = wave + 1;
    return new Decision(
        next, first(size(next, members.size()), candidates), canaryDone, false, stop);
  }

  private Watch watch(String uid, String revision) {
    long now = nanoTime.getAsLong();
    return watches.compute(
        uid,
        (u, before) ->
            before != null
                    && before.revision().equals(revision)
                    && now - before.looked() < GAP.toNanos()
                ? new Watch(revision, now, before.well(), before.underway())
                : new Watch(revision, now, new HashMap<>(), new HashMap<>()));
  }

  private void observe(Watch watch, List<Member> members) {
    long now = nanoTime.getAsLong();
    Set<String> settled = new HashSet<>();
    Set<String> unsettled = new HashSet<>();
    for (Member member : members) {
      if (member.updated().isPresent()) {
        (member.isSettled() ? settled : unsettled).add(member.node());
      }
    }
    keep(watch.well(), settled, now);
    keep(watch.underway(), unsettled, now);
  }

  private static void keep(Map<String, Long> since, Set<String> nodes, long now) {
    since.keySet().retainAll(nodes);
    nodes.forEach(node -> since.putIfAbsent(node, now));
  }

  private boolean isProven(Watch watch, Member member) {
    return isOver(watch.well().get(member.node()), PROOF);
  }

  private Optional<Stop> stop(Watch watch, Member member) {
    if (member.updated().orElseThrow().health() instanceof Health.Failed failed) {
      return Optional.of(new Stop(member.node(), failed.why()));
    }
    return isOver(watch.underway().get(member.node()), PATIENCE)
        ? Optional.of(
            new Stop(
                member.node(),
                "its node agent has not reported the new settings for %d minutes"
                    .formatted(PATIENCE.toMinutes())))
        : Optional.empty();
  }

  private boolean isOver(Long since, Duration time) {
    return since != null && nanoTime.getAsLong() - since >= time.toNanos();
  }

  private static int size(int wave, int nodes) {
    return wave == 1 ? 1 : Math.max(1, nodes / SHARE);
  }

  private static Set<String> first(int number, List<String> names) {
    return names.stream().limit(Math.max(0, number)).collect(Collectors.toSet());
  }
}
