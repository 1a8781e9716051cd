package dev.wstuning.operator.pod.rollout;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.MissedGrant;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Replaces pods that lack what their node's agent gives because they are older than its service:
 * one of a workload at a time. The next one follows when what came instead was looked at, and lacks
 * nothing. A pod that was created while the agent served is never replaced, so each pod has one
 * successor at most.
 */
public final class MissedGrants {

  /** After that a successor is not awaited any more: the workload may have become smaller. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Evictions evictions;
  private final LongSupplier nanoTime;
  private final Map<Object, Replaced> last = new ConcurrentHashMap<>();

  /**
   * The last pod of a workload that was replaced.
   *
   * @param others the uids of those that were there, too
   */
  private record Replaced(String uid, Set<String> others, long at) {}

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public MissedGrants(Evictions evictions, LongSupplier nanoTime) {
    this.evictions = evictions;
    this.nanoTime = nanoTime;
  }

  /**
   * @param tuningUid the tuning that owns the pods
   * @param plan the hash of the plan that their successors get
   * @param announced what the status announces
   */
  public Progress advance(
      String tuningUid,
      String plan,
      Expectations expectations,
      List<ObservedPod> pods,
      List<Intent> announced) {
    last.values().removeIf(r -> nanoTime.getAsLong() - r.at() >= PATIENCE.toNanos());
    Map<Workload, List<ObservedPod>> byWorkload =
        pods.stream()
            .filter(p -> p.facts().workload().filter(Workload::restartable).isPresent())
            .filter(p -> !p.facts().ended())
            .collect(Collectors.groupingBy(p -> p.facts().workload().orElseThrow()));
    List<PodFacts> replace = new ArrayList<>();
    boolean waits = false;
    for (Map.Entry<Workload, List<ObservedPod>> e : byWorkload.entrySet()) {
      Optional<PodFacts> next = next(expectations, e.getValue());
      boolean now =
          next.isPresent() && calm(key(tuningUid, e.getKey()), expectations, e.getValue());
      waits |= next.isPresent() && !now;
      next.filter(pod -> now).ifPresent(replace::add);
    }
    Progress progress =
        evictions.replace(
            replace,
            plan,
            announced,
            pod -> {
              Workload workload = pod.workload().orElseThrow();
              note(key(tuningUid, workload), pod, byWorkload.get(workload));
            });
    return waits
        ? progress.and(new Progress(List.of(), Optional.of(Evictions.REFUSED_WAIT)))
        : progress;
  }

  private static Object key(String tuningUid, Workload workload) {
    return List.of(tuningUid, workload);
  }

  /** None while a restart is due anyway, nor on a node whose agent left out a newer pod. */
  private static Optional<PodFacts> next(Expectations expectations, List<ObservedPod> pods) {
    if (pods.stream().anyMatch(p -> p.coverage().isOld())) {
      return Optional.empty();
    }
    Map<MissedGrant, List<ObservedPod>> missed =
        pods.stream()
            .filter(ObservedPod::running)
            .collect(Collectors.groupingBy(p -> MissedGrant.of(expectations.of(p.facts()), p)));
    Set<Optional<String>> inVain =
        missed.getOrDefault(MissedGrant.DESPITE_AGENT, List.of()).stream()
            .map(p -> p.facts().node())
            .collect(Collectors.toSet());
    return missed.getOrDefault(MissedGrant.BEFORE_AGENT, List.of()).stream()
        .filter(pod -> !inVain.contains(pod.facts().node()) && !mayStray(pod, pods))
        .map(ObservedPod::facts)
        .min(Comparator.comparing(PodFacts::name));
  }

  /**
   * Whether the successor of a pod may come to a node whose agent tunes none: another pod did,
   * since the agent of this one's node tunes pods.
   */
  private static boolean mayStray(ObservedPod pod, List<ObservedPod> pods) {
    return pod.node()
        .flatMap(agent -> agent.pods().since())
        .filter(
            since ->
                pods.stream()
                    .filter(p -> p.coverage() == Coverage.NO_AGENT)
                    .anyMatch(p -> !p.facts().created().isBefore(since)))
        .isPresent();
  }

  /** Whether no pod of the workload starts, and what replaced the last one settled. */
  private boolean calm(Object workload, Expectations expectations, List<ObservedPod> pods) {
    if (pods.stream().anyMatch(p -> p.life() == Life.STARTING)) {
      return false;
    }
    Replaced before = last.get(workload);
    if (before == null) {
      return true;
    }
    List<ObservedPod> since =
        pods.stream().filter(p -> !before.others().contains(p.facts().uid())).toList();
    return !since.isEmpty()
        && since.stream().noneMatch(p -> p.facts().uid().equals(before.uid()))
        && since.stream().allMatch(p -> settled(expectations.of(p.facts()), p));
  }

  private static boolean settled(Expectation expectation, ObservedPod pod) {
    return pod.running()
        && pod.facts().isServerReady(expectation.container())
        && pod.coverage() != Coverage.UNREPORTED
        && !pod.observation().awaited()
        && !(pod.observation() instanceof Observation.NotListening);
  }

  private void note(Object workload, PodFacts gone, List<ObservedPod> pods) {
    Set<String> others =
        pods.stream()
            .map(p -> p.facts().uid())
            .filter(uid -> !uid.equals(gone.uid()))
            .collect(Collectors.toSet());
    last.put(workload, new Replaced(gone.uid(), others, nanoTime.getAsLong()));
  }
}
