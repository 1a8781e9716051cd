package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** That a node's agent may tune pods, as administrators offer it: by a WebSocketNodeTuning. */
public final class PodsOffer {

  private static final String NAME = "pods";
  private static final int METRICS = 9464;

  private final Installation cluster;
  private final String node;

  public PodsOffer(Installation cluster, Site site) {
    this.cluster = cluster;
    this.node = site.node();
  }

  /** Makes the offer, and waits until the node's agent can do all of it. */
  public void make() {
    make("");
  }

  /**
   * The same with more in the spec.
   *
   * @param more lines of its YAML
   */
  public void make(String more) {
    apply(more);
    awaitPods("sets sysctls, attaches programs and counts", PodsOffer::complete);
    awaitReady();
  }

  /** Makes the offer without waiting. */
  public void apply(String more) {
    cluster
        .client()
        .resource(
            """
            apiVersion: wstuning.dev/v1alpha1
            kind: WebSocketNodeTuning
            metadata: {name: %s}
            spec:
              nodeSelector: {matchLabels: {kubernetes.io/hostname: %s}}
              pods: Allowed
            %s
            """
                .formatted(NAME, node, more.indent(2)))
        .fieldManager("stories")
        .forceConflicts()
        .serverSideApply();
  }

  /** Waits until what the agent says of pods matches. */
  public PodServing awaitPods(String what, Predicate<PodServing> holds) {
    try {
      await("the agent of " + node + " " + what)
          .pollInterval(Duration.ofMillis(250))
          .until(() -> pods().filter(holds).isPresent());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "not within %s: the agent of %s %s; the resources are%n%s"
              .formatted(
                  Deadline.STATE,
                  node,
                  what,
                  Installation.yaml(
                      cluster.client().resources(WebSocketNodeState.class).list().getItems())),
          e);
    }
    return pods().orElseThrow();
  }

  /** Waits until the pod of the agent is ready: the operator believes no other. */
  public void awaitReady() {
    await("the agent of " + node + " is ready")
        .pollInterval(Duration.ofMillis(250))
        .until(() -> agents().size() == 1 && Installation.ready(agents().get(0)));
  }

  /** What the agent exports to Prometheus. */
  public String metrics() {
    String address = agents().get(0).getStatus().getPodIP();
    URI uri = URI.create("http://%s:%d/metrics".formatted(address, METRICS));
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(uri).timeout(Deadline.REQUEST).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException("get " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private List<Pod> agents() {
    return NodeAgent.pods(cluster).stream()
        .filter(p -> node.equals(p.getSpec().getNodeName()))
        .toList();
  }

  /** Withdraws it, and waits until the node has no orders any more. */
  public void withdraw() {
    cluster.client().resources(WebSocketNodeTuning.class).withName(NAME).delete();
    await("no orders for " + node)
        .pollInterval(Duration.ofMillis(250))
        .until(
            () ->
                cluster.client().resources(WebSocketNodeState.class).withName(node).get() == null);
  }

  private Optional<PodServing> pods() {
    return Optional.ofNullable(
            cluster.client().resources(WebSocketNodeState.class).withName(node).get())
        .map(WebSocketNodeState::getStatus)
        .map(WebSocketNodeStateStatus::pods);
  }

  private static boolean complete(PodServing pods) {
    return pods.isServing()
        && pods.setsSysctls()
        && pods.attachesPrograms()
        && pods.countsConnections();
  }
}
