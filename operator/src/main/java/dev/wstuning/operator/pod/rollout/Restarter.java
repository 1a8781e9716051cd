package dev.wstuning.operator.pod.rollout;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Restarts workloads whose pods lack the current plan: at most once per workload and plan, and only
 * after one pod proved that the plan works. For that it evicts one of the old pods.
 */
public final class Restarter {

  /** Annotation of a workload: the plan for which one of its pods was evicted. */
  static final String CANARY = "wstuning.dev/canary-for";

  /** Annotation of a workload: the plan for which it was restarted. */
  static final String RESTARTED = "wstuning.dev/restarted-for";

  /** Action of an intent. */
  static final String RESTART = "Restart";

  private final Evictions evictions;
  private final Workloads workloads;

  public Restarter(
      KubernetesClient client, Clock clock, RolloutListener listener, Evictions evictions) {
    this.evictions = evictions;
    this.workloads = new Workloads(client, clock, listener);
  }

  /**
   * Takes the next step for each workload of {@code pods} that needs one, if it was announced, and
   * otherwise announces it: a replica that takes over must know what the one before it was about to
   * do.
   *
   * @param plan the hash of the plan that a pod should have
   * @param announced what the status announces
   */
  public Progress advance(List<ObservedPod> pods, String plan, List<Intent> announced) {
    Map<Workload, List<ObservedPod>> byWorkload =
        pods.stream()
            .filter(p -> p.facts().workload().filter(Workload::restartable).isPresent())
            .filter(p -> !p.facts().ended())
            .collect(Collectors.groupingBy(p -> p.facts().workload().orElseThrow()));
    List<Intent> intents = new ArrayList<>();
    Optional<Duration> again = Optional.empty();
    for (Map.Entry<Workload, List<ObservedPod>> e : byWorkload.entrySet()) {
      Optional<Step> step = next(e.getKey(), e.getValue(), plan);
      if (step.isEmpty() || (announced.contains(step.get().intent()) && take(step.get()))) {
        continue;
      }
      if (intents.size() < Progress.MOST) {
        intents.add(step.get().intent());
      }
      again =
          Optional.of(
              announced.contains(step.get().intent())
                  ? Evictions.REFUSED_WAIT
                  : Evictions.ANNOUNCED_WAIT);
    }
    return new Progress(intents, again);
  }

  /**
   * @param pod one of those that lack the plan: the one that is evicted, if any is
   */
  private record Step(Intent intent, Workload workload, PodFacts pod) {}

  /**
   * None for a workload with pods where no agent tunes any: what replaces others may come there.
   */
  private Optional<Step> next(Workload workload, List<ObservedPod> pods, String plan) {
    List<ObservedPod> old = pods.stream().filter(p -> p.coverage().isOld()).toList();
    if (old.isEmpty() || pods.stream().anyMatch(p -> p.coverage() == Coverage.NO_AGENT)) {
      return Optional.empty();
    }
    List<ObservedPod> current = pods.stream().filter(p -> p.coverage().hasWishes()).toList();
    PodFacts any = old.get(0).facts();
    Optional<Map<String, String>> annotations = workloads.annotations(workload, any);
    if (annotations.isEmpty()) {
      return Optional.empty();
    }
    if (current.stream().anyMatch(Restarter::proven)) {
      return plan.equals(annotations.get().get(RESTARTED))
          ? Optional.empty()
          : Optional.of(
              new Step(new Intent(RESTART, workload.toString(), null, plan), workload, any));
    }
    return !current.isEmpty() || plan.equals(annotations.get().get(CANARY))
        ? Optional.empty()
        : Optional.of(
            new Step(
                new Intent(Evictions.EVICT, workload.toString(), any.name(), plan), workload, any));
  }

  /** False if the API server refused to evict the pod. */
  private boolean take(Step step) {
    String namespace = step.pod().namespace();
    if (step.intent().action().equals(RESTART)) {
      workloads.restart(step.workload(), namespace, RESTARTED, step.intent().plan());
      return true;
    }
    if (!evictions.evict(step.pod())) {
      return false;
    }
    workloads.annotate(step.workload(), namespace, CANARY, step.intent().plan());
    return true;
  }

  /** Tuned without an error, ready, and observed; where observers are refused, without that. */
  private static boolean proven(ObservedPod pod) {
    return pod.life() == Life.RUNNING
        && pod.facts().statuses().stream().allMatch(ContainerFacts::ready)
        && pod.boot().problems().none()
        && (pod.observation().reported().isPresent() || pod.observation().isRefused());
  }
}
