package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.AdmittedPods.Suspect;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whose tuned pods are refused, and lets them start untuned. It needs neither a leader
 * nor a right nor anybody's words: two pods of an owner that were let through, and of which none
 * exists six seconds later, were refused after admission.
 */
public final class RefusalWatch {

  private static final Logger LOG = LoggerFactory.getLogger(RefusalWatch.class);

  private static final int SUSPICIOUS = 2;

  private final AdmittedPods pods;
  private final Holds holds;
  private final Function<String, LivePods.Existing> live;

  /**
   * @param clock for times that replicas exchange
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   * @param live the pods of a namespace, as the API server has them; throws {@link
   *     KubernetesClientException}
   */
  public RefusalWatch(
      Clock clock,
      LongSupplier nanoTime,
      Intervals intervals,
      Function<String, LivePods.Existing> live) {
    pods = new AdmittedPods(nanoTime);
    holds = new Holds(clock, intervals);
    this.live = live;
  }

  /**
   * Whether a pod that is being created is tuned. Unless it is a dry run, the pod is awaited from
   * now on.
   *
   * @param tuning with the suspensions that the leader published
   */
  public boolean tunes(Target target, WebSocketTuning tuning, Call call) {
    Optional<Published> published = Published.about(target, Published.of(tuning));
    if (call.dryRun()) {
      return holds.wouldTune(target, published);
    }
    boolean tunes = holds.tunes(target, published, call.request());
    if (tunes && holds.isOnTrial(target)) {
      // The trial is judged by itself.
      pods.counted(target, true);
    }
    pods.add(target, call, tunes);
    return tunes;
  }

  /** Hears of each pod that exists. */
  public void appeared(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    if (annotations == null) {
      return;
    }
    if (annotations.containsKey(Markers.SUSPENDED)) {
      holds.appearedUntuned(
          new UntunedPods.Owner(
              pod.getMetadata().getNamespace(),
              Target.owner(Workload.of(pod)),
              annotations.get(Markers.SUSPENDED)),
          Instant.parse(pod.getMetadata().getCreationTimestamp()));
    }
    if (annotations.containsKey(Markers.REQUEST)) {
      appeared(annotations.get(Markers.REQUEST));
    }
  }

  private void appeared(String request) {
    pods.appeared(request).ifPresent(pod -> holds.appeared(pod.target(), request, pod.tuned()));
  }

  /**
   * Looks for pods that are late, and decides. To be called each second.
   *
   * @param complete whether the cache has the pods of a namespace, and hears of new ones
   * @param tuning a tuning by its namespace and name, as the cache has it
   */
  public void look(Predicate<String> complete, Function<Target, Optional<WebSocketTuning>> tuning) {
    // An API server that is away takes creations with it that were admitted, and refuses none.
    Set<String> incomplete = pods.namespaces();
    incomplete.removeIf(complete);
    pods.forget(incomplete::contains);
    Set<String> confirmed = new HashSet<>();
    for (Suspect suspect : pods.late()) {
      String namespace = suspect.target().namespace();
      if (isSuspicious(suspect) && !confirmed.contains(namespace)) {
        confirm(namespace).ifPresentOrElse(confirmed::add, () -> pods.forget(suspect.target()));
      }
    }
    pods.late().stream()
        .filter(suspect -> confirmed.contains(suspect.target().namespace()))
        .filter(this::isSuspicious)
        .forEach(this::decide);
    holds.follow(
        target -> tuning.apply(target).flatMap(t -> Published.about(target, Published.of(t))));
  }

  private boolean isSuspicious(Suspect suspect) {
    return areRefused(suspect) || suspect.untuned() > 0;
  }

  private boolean areRefused(Suspect suspect) {
    return suspect.tuned() >= (holds.isOnTrial(suspect.target()) ? 1 : SUSPICIOUS);
  }

  /** Reads once what exists; empty if it cannot be read, because then nothing is known. */
  private Optional<String> confirm(String namespace) {
    try {
      LivePods.Existing existing = live.apply(namespace);
      existing.requests().forEach(this::appeared);
      pods.existing(namespace, existing.names());
      return Optional.of(namespace);
    } catch (KubernetesClientException e) {
      LOG.warn(
          "msg=\"pods are late, and cannot be looked for\" namespace={} problem=\"{}\"",
          namespace,
          e.getMessage());
      return Optional.empty();
    }
  }

  private void decide(Suspect suspect) {
    Target target = suspect.target();
    if (areRefused(suspect)) {
      holds.refused(target);
      pods.counted(target, true);
      LOG.warn(
          "msg=\"tuned pods are refused, stepping aside\" namespace={} tuning={} owner={}",
          target.namespace(),
          target.tuning(),
          target.owner());
    }
    if (suspect.untuned() > 0) {
      holds.refusedAnyway(target);
      pods.counted(target, false);
    }
  }

  /** What this replica saw itself. */
  List<Held> held() {
    return holds.own();
  }

  /** Takes up what a replica of this name held before it started again. */
  void restore(List<Held> before) {
    holds.restore(before);
  }
}
