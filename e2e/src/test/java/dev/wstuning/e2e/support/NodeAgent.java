package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** The node agent, as users have it: by a WebSocketNodeTuning. */
public final class NodeAgent {

  private static final String NAMESPACE = "wstuning-nodes";
  private static final String NAME = "open-files";
  private static final String QUOTA = "no-agents";

  private final Installation cluster;

  public NodeAgent(Installation cluster) {
    this.cluster = cluster;
  }

  /** Lets it grant up to this many open files on every node, and waits until it does. */
  public void grantUpTo(long maximum) {
    String tuning =
        """
        apiVersion: wstuning.dev/v1alpha1
        kind: WebSocketNodeTuning
        metadata: {name: %s}
        spec:
          nodeSelector: {matchLabels: {kubernetes.io/os: linux}}
          openFiles: {maximum: %d}
        """
            .formatted(NAME, maximum);
    cluster.client().resource(tuning).serverSideApply();
    awaitServing();
  }

  /** Waits until it says that it serves, and its pods are ready: the operator believes no other. */
  public void awaitServing() {
    awaitOpenFiles("serves", WebSocketNodeStateStatus.Serving::isServing);
    await("the pods of the node agent are ready")
        .pollInterval(Duration.ofMillis(250))
        .until(
            () -> {
              List<Pod> pods = pods(cluster);
              return pods.size() == nodes().size() && pods.stream().allMatch(Installation::ready);
            });
  }

  /** Waits until the agent's report on open files matches. */
  public WebSocketNodeStateStatus.Serving awaitOpenFiles(
      String what, Predicate<WebSocketNodeStateStatus.Serving> holds) {
    await("the node agent " + what)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> !nodes().isEmpty() && nodes().stream().allMatch(n -> holds(n, holds)));
    return nodes().get(0).getStatus().openFiles();
  }

  /** Takes it off the nodes, and waits until it is gone. */
  public void remove() {
    cluster.client().resources(WebSocketNodeTuning.class).withName(NAME).delete();
    await("no node is tuned any more").until(() -> nodes().isEmpty());
  }

  /** The pods of the agent go, and none comes in their place. */
  public static void keepBack(Installation cluster) {
    cluster
        .client()
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(QUOTA)
                .endMetadata()
                .withNewSpec()
                .addToHard("pods", new Quantity("0"))
                .endSpec()
                .build())
        .create();
    pods(cluster).forEach(p -> cluster.client().resource(p).withGracePeriod(0).delete());
  }

  /** Agents come again: the controller of DaemonSets tries at once when one is changed. */
  public static void letCome(Installation cluster) {
    cluster.client().resourceQuotas().inNamespace(NAMESPACE).withName(QUOTA).delete();
    String now = Instant.now().toString();
    var daemonSets = cluster.client().apps().daemonSets().inNamespace(NAMESPACE);
    daemonSets
        .list()
        .getItems()
        .forEach(
            d ->
                daemonSets
                    .resource(d)
                    .edit(
                        old -> {
                          old.getMetadata().getAnnotations().put("stories/quota-went", now);
                          return old;
                        }));
  }

  private static boolean holds(
      WebSocketNodeState node, Predicate<WebSocketNodeStateStatus.Serving> predicate) {
    return node.getStatus() != null
        && node.getStatus().openFiles() != null
        && predicate.test(node.getStatus().openFiles());
  }

  /** The pods of the agent, on all nodes. */
  public static List<Pod> pods(Installation cluster) {
    return cluster
        .client()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/component", "node-agent")
        .list()
        .getItems();
  }

  private List<WebSocketNodeState> nodes() {
    return cluster.client().resources(WebSocketNodeState.class).list().getItems();
  }
}
