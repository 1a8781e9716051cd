package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Deadline;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ObservedSetting;
import dev.wstuning.operator.node.agent.AgentKind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** Node tunings under test, what their status says, and what they leave behind. */
final class NodeTunings {

  private static final String NAMESPACE = "wstuning-nodes";

  private NodeTunings() {}

  /** Creates or changes one for all nodes, from the YAML of its spec without the selector. */
  static void tune(Installation cluster, String name, String spec) {
    apply(cluster, name, "kubernetes.io/os: linux", spec);
  }

  /** The same for one node. */
  static void tune(Installation cluster, String name, String node, String spec) {
    apply(cluster, name, "kubernetes.io/hostname: " + node, spec);
  }

  private static void apply(Installation cluster, String name, String label, String spec) {
    cluster
        .client()
        .resource(
            """
            apiVersion: wstuning.dev/v1alpha1
            kind: WebSocketNodeTuning
            metadata:
              name: %s
            spec:
              nodeSelector: {matchLabels: {%s}}
            %s
            """
                .formatted(name, label, spec.indent(2)))
        .fieldManager("stories")
        .forceConflicts()
        .serverSideApply();
  }

  static WebSocketNodeTuning get(Installation cluster, String name) {
    return cluster.client().resources(WebSocketNodeTuning.class).withName(name).get();
  }

  static void delete(Installation cluster, String name) {
    cluster.client().resources(WebSocketNodeTuning.class).withName(name).delete();
  }

  static Condition awaitReady(Installation cluster, String name, String status, String reason) {
    awaitStatus(
        cluster,
        name,
        "Ready=%s, %s".formatted(status, reason),
        s ->
            condition(s, "Ready")
                .filter(c -> c.status().name().equals(status) && c.reason().equals(reason))
                .isPresent());
    Condition condition = condition(get(cluster, name).getStatus(), "Ready").orElseThrow();
    if (condition.status().name().equals("False")) {
      assertThat(condition.message()).contains("Next: ");
    }
    return condition;
  }

  /** Waits until everything that the tuning wants is applied. */
  static WebSocketNodeTuningStatus awaitApplied(Installation cluster, String name) {
    awaitReady(cluster, name, "True", "Applied");
    return get(cluster, name).getStatus();
  }

  static void awaitStatus(
      Installation cluster, String name, String what, Predicate<WebSocketNodeTuningStatus> holds) {
    try {
      await(what)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                WebSocketNodeTuning tuning = get(cluster, name);
                return current(tuning) && holds.test(tuning.getStatus());
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "not within %s: %s; the resources are%n%s%n%s"
              .formatted(
                  Deadline.STATE,
                  what,
                  Installation.yaml(get(cluster, name)),
                  Installation.yaml(nodes(cluster))),
          e);
    }
  }

  static Optional<Condition> condition(WebSocketNodeTuningStatus status, String type) {
    return status.conditionsOrEmpty().stream().filter(c -> c.type().equals(type)).findFirst();
  }

  /** What the status says of one key on the only group of nodes. */
  static ObservedSetting setting(WebSocketNodeTuningStatus status, String key) {
    assertThat(status.observations()).hasSize(1);
    return status.observations().get(0).settings().stream()
        .filter(s -> s.name().equals(key))
        .findFirst()
        .orElseThrow();
  }

  static List<WebSocketNodeState> nodes(Installation cluster) {
    return cluster.client().resources(WebSocketNodeState.class).list().getItems();
  }

  /** Waits until the state of the only node has these conditions. */
  static void awaitNode(Installation cluster, String... conditions) {
    await("the state of the node has " + List.of(conditions))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                nodes(cluster).get(0).getStatus().conditionsOrEmpty().stream()
                    .map(c -> c.type() + "=" + c.status())
                    .toList()
                    .equals(List.of(conditions)));
  }

  /** The only agent. */
  static Pod agent(Installation cluster) {
    List<Pod> pods =
        NodeAgent.pods(cluster).stream()
            .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
            .toList();
    assertThat(pods).hasSize(1);
    return pods.get(0);
  }

  /** Waits until nothing of the node side is left: no objects, no label, no DaemonSet. */
  static void awaitGone(Installation cluster) {
    await("no WebSocketNodeState, no labelled node and no DaemonSet")
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                nodes(cluster).isEmpty()
                    && labelled(cluster).isEmpty()
                    && daemonSets(cluster).isEmpty());
  }

  /** The labels by which nodes have an agent. */
  static List<String> labelled(Installation cluster) {
    return cluster.client().nodes().withLabel(AgentKind.NODE_LABEL).list().getItems().stream()
        .map(n -> n.getMetadata().getLabels().get(AgentKind.NODE_LABEL))
        .toList();
  }

  static void deleteAll(Installation cluster) {
    cluster.client().resources(WebSocketNodeTuning.class).delete();
    awaitGone(cluster);
  }

  private static List<DaemonSet> daemonSets(Installation cluster) {
    return cluster.client().apps().daemonSets().inNamespace(NAMESPACE).list().getItems();
  }

  private static boolean current(WebSocketNodeTuning tuning) {
    WebSocketNodeTuningStatus status = tuning == null ? null : tuning.getStatus();
    return status != null
        && tuning.getMetadata().getGeneration().equals(status.observedGeneration());
  }
}
