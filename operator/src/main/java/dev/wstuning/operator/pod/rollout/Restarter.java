package dev.wstuning.operator.pod.rollout;

import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts workloads whose pods lack the current plan: at most once per workload and plan, and only
 * after one pod proved that the plan works. That pod is got by evicting one of the old ones.
 */
public final class Restarter {

  /** Annotation of a workload: the plan for which one of its pods was evicted. */
  static final String CANARY = "wstuning.dev/canary-for";

  /** Annotation of a workload: the plan for which it was restarted. */
  static final String RESTARTED = "wstuning.dev/restarted-for";

  private static final Logger LOG = LoggerFactory.getLogger(Restarter.class);

  private static final Duration REFUSED_WAIT = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final Clock clock;

  public Restarter(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Takes the next step for each workload of {@code pods} that needs one.
   *
   * @param plan the hash of the plan that a given pod should have; it differs from pod to pod
   * @return when to try again what a disruption budget refused; empty if nothing was refused
   */
  public Optional<Duration> advance(List<ObservedPod> pods, Function<PodFacts, String> plan) {
    Map<Workload, List<ObservedPod>> byWorkload =
        pods.stream()
            .filter(p -> p.facts().workload().filter(Workload::restartable).isPresent())
            .filter(p -> !p.facts().ended())
            .collect(Collectors.groupingBy(p -> p.facts().workload().orElseThrow()));
    boolean refused = false;
    for (Map.Entry<Workload, List<ObservedPod>> e : byWorkload.entrySet()) {
      refused |= !advance(e.getKey(), e.getValue(), plan);
    }
    return refused ? Optional.of(REFUSED_WAIT) : Optional.empty();
  }

  /** False if it was refused to evict a pod. */
  private boolean advance(
      Workload workload, List<ObservedPod> pods, Function<PodFacts, String> planOf) {
    List<ObservedPod> old =
        pods.stream()
            .filter(
                p -> p.coverage() == Coverage.RESTART_PENDING || p.coverage() == Coverage.MISSED)
            .toList();
    if (old.isEmpty()) {
      return true;
    }
    List<ObservedPod> current =
        pods.stream().filter(p -> p.coverage() == Coverage.CURRENT).toList();
    PodFacts any = old.get(0).facts();
    String plan = planOf.apply(any);
    Optional<HasMetadata> present = Optional.ofNullable(resource(workload, any.namespace()).get());
    if (present.isEmpty()) {
      return true;
    }
    Map<String, String> annotations = present.get().getMetadata().getAnnotations();
    if (current.stream().anyMatch(Restarter::proven)) {
      if (!plan.equals(annotations.get(RESTARTED))) {
        restart(workload, any.namespace(), plan);
      }
      return true;
    }
    if (!current.isEmpty() || plan.equals(annotations.get(CANARY))) {
      return true;
    }
    if (!StuckPods.evict(client, any)) {
      return false;
    }
    annotate(workload, any.namespace(), CANARY, plan);
    return true;
  }

  /** Tuned without an error, serving, and looked at. */
  private static boolean proven(ObservedPod pod) {
    return pod.life() == Life.RUNNING
        && pod.boot().problems().none()
        && pod.observation().reported().isPresent();
  }

  private void restart(Workload workload, String namespace, String plan) {
    LOG.info("msg=\"restarting\" namespace={} workload={} plan={}", namespace, workload, plan);
    patch(
        workload,
        namespace,
        """
        {"metadata":{"annotations":{"%s":"%s"}},
         "spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"%s"}}}}}
        """
            .formatted(RESTARTED, plan, clock.instant()));
  }

  private void annotate(Workload workload, String namespace, String key, String value) {
    patch(
        workload,
        namespace,
        "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value));
  }

  private void patch(Workload workload, String namespace, String body) {
    resource(workload, namespace)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager("wstuning")
                .build(),
            body);
  }

  private Resource<? extends HasMetadata> resource(Workload workload, String namespace) {
    var apps = client.apps();
    return switch (workload.kind()) {
      case "Deployment" -> apps.deployments().inNamespace(namespace).withName(workload.name());
      case "StatefulSet" -> apps.statefulSets().inNamespace(namespace).withName(workload.name());
      case "DaemonSet" -> apps.daemonSets().inNamespace(namespace).withName(workload.name());
      default -> throw new IllegalArgumentException(workload + " cannot be restarted");
    };
  }
}
