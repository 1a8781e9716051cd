package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler that finds no node for pods with privileged containers, and says so as Fargate's
 * does. It puts all others on the node.
 */
public final class StrictScheduler implements AutoCloseable {

  public static final String WORDS = "invalid SecurityContext fields: Privileged";

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  private StrictScheduler(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /** Schedules the pods of a namespace that name it. */
  public static StrictScheduler start(Installation cluster, String namespace, String name) {
    StrictScheduler scheduler = new StrictScheduler(cluster.client(), namespace, name);
    scheduler.executor.scheduleWithFixedDelay(scheduler::schedule, 0, 500, TimeUnit.MILLISECONDS);
    return scheduler;
  }

  /** The uids of the pods for which it found no node. */
  public Set<String> refused() {
    return Set.copyOf(refused);
  }

  private void schedule() {
    try {
      client.pods().inNamespace(namespace).list().getItems().stream()
          .filter(pod -> name.equals(pod.getSpec().getSchedulerName()))
          .filter(pod -> pod.getSpec().getNodeName() == null)
          .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
          .forEach(this::schedule);
    } catch (KubernetesClientException e) {
      // A pod that goes meanwhile; the next look shows what is left.
      System.out.println(name + ": " + e.getMessage());
    }
  }

  private void schedule(Pod pod) {
    String podName = pod.getMetadata().getName();
    if (!isPrivileged(pod)) {
      client.resource(toNode(podName)).inNamespace(namespace).create();
    } else if (!refused.contains(pod.getMetadata().getUid())) {
      client.pods().inNamespace(namespace).withName(podName).editStatus(StrictScheduler::refuse);
      refused.add(pod.getMetadata().getUid());
    }
  }

  private static boolean isPrivileged(Pod pod) {
    return pod.getSpec().getInitContainers().stream()
        .anyMatch(
            c ->
                c.getSecurityContext() != null
                    && Boolean.TRUE.equals(c.getSecurityContext().getPrivileged()));
  }

  private Binding toNode(String pod) {
    return new BindingBuilder()
        .withNewMetadata()
        .withName(pod)
        .withNamespace(namespace)
        .endMetadata()
        .withNewTarget()
        .withApiVersion("v1")
        .withKind("Node")
        .withName(node())
        .endTarget()
        .build();
  }

  private String node() {
    return client.nodes().list().getItems().stream()
        .filter(n -> n.getSpec().getTaints().isEmpty())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no node is free of taints"))
        .getMetadata()
        .getName();
  }

  private static Pod refuse(Pod pod) {
    PodCondition unschedulable =
        new PodConditionBuilder()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage("Pod not supported here: " + WORDS)
            .build();
    return new PodBuilder(pod).editStatus().addToConditions(unschedulable).endStatus().build();
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
