package dev.wstuning.operator.pod.rollout;

import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.rollout.RolloutListener.Outcome;
import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads, annotates and restarts workloads. */
record Workloads(KubernetesClient client, Clock clock, RolloutListener listener) {

  private static final Logger LOG = LoggerFactory.getLogger(Workloads.class);

  /**
   * The annotations of the workload of a pod; empty if it is gone, or is another one: a ReplicaSet
   * without a Deployment may have a name like those of a Deployment.
   */
  Optional<Map<String, String>> annotations(Workload workload, PodFacts pod) {
    return Optional.<HasMetadata>ofNullable(resource(workload, pod.namespace()).get())
        .filter(w -> !(w instanceof Deployment deployment) || selects(deployment, pod))
        .map(w -> Objects.requireNonNullElse(w.getMetadata().getAnnotations(), Map.of()));
  }

  private static boolean selects(Deployment deployment, PodFacts pod) {
    return Optional.ofNullable(deployment.getSpec())
        .map(DeploymentSpec::getSelector)
        .map(LabelSelector::getMatchLabels)
        .filter(labels -> !pod.labels().entrySet().containsAll(labels.entrySet()))
        .isEmpty();
  }

  /** Does what {@code kubectl rollout restart} does, and annotates the workload. */
  void restart(Workload workload, String namespace, String key, String value) {
    LOG.info("msg=\"restarting\" namespace={} workload={} plan={}", namespace, workload, value);
    try {
      patch(
          workload,
          namespace,
          """
          {"metadata":{"annotations":{"%s":"%s"}},
           "spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"%s"}}}}}
          """
              .formatted(key, value, clock.instant()));
    } catch (KubernetesClientException e) {
      listener.restarted(Outcome.of(e));
      throw e;
    }
    listener.restarted(Outcome.DONE);
  }

  void annotate(Workload workload, String namespace, String key, String value) {
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
