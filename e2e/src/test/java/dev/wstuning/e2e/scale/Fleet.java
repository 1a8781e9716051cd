package dev.wstuning.e2e.scale;

import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.FakeNodes;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Parallel;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many namespaces, each with a tuning and perhaps a Deployment, whose pods are on fake nodes. What
 * is there already stays, so that an interrupted run goes on.
 */
final class Fleet {

  static final String TUNING = "chat";

  private static final String MANIFEST =
      """
      apiVersion: wstuning.dev/v1alpha1
      kind: WebSocketTuning
      metadata: {name: %s}
      spec:
        selector: {matchLabels: {app: chat}}
        deadPeers: {withinSeconds: 60}
        connections: {perPod: 10000}
      """;

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  private final Installation cluster;
  private final String name;
  private final int size;
  private final int nodes;

  /**
   * @param name the beginning of each namespace's name, and a label of all
   * @param nodes how many fake nodes there are
   */
  Fleet(Installation cluster, String name, int size, int nodes) {
    this.cluster = cluster;
    this.name = name;
    this.size = size;
    this.nodes = nodes;
  }

  List<String> namespaces() {
    return IntStream.rangeClosed(1, size).mapToObj(this::namespace).toList();
  }

  private String namespace(int number) {
    return "%s-%d".formatted(name, number);
  }

  boolean owns(State state) {
    return state.namespace().startsWith(name + "-");
  }

  /** What statuses of its tunings said since then that were not ready. */
  List<State> unready(Statuses statuses, Instant start) {
    return statuses.since(start).stream()
        .filter(s -> owns(s) && s.described() && !s.isReady())
        .toList();
  }

  /** Makes the namespaces, and waits until pods can be created there. */
  void settle() {
    Parallel.forEach(namespaces(), this::settle);
    await("service accounts of " + name)
        .pollInterval(LOOK)
        .until(
            () ->
                cluster
                        .client()
                        .serviceAccounts()
                        .inAnyNamespace()
                        .withField("metadata.name", "default")
                        .list()
                        .getItems()
                        .stream()
                        .filter(a -> a.getMetadata().getNamespace().startsWith(name + "-"))
                        .count()
                    == size);
  }

  private void settle(String namespace) {
    orPresent(
        () ->
            cluster
                .client()
                .namespaces()
                .resource(
                    new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("fleet", name)
                        .endMetadata()
                        .build())
                .create());
  }

  /**
   * Creates a tuning in each namespace.
   *
   * @param within the time over which they are spread
   * @return when the last one was created
   */
  Instant tune(Duration within) {
    Instant start = Instant.now();
    Parallel.forEach(
        IntStream.rangeClosed(1, size).boxed().toList(),
        i -> {
          Instant turn = start.plus(within.multipliedBy(i).dividedBy(size));
          Installation.pause(max(Duration.between(Instant.now(), turn), Duration.ZERO));
          tune(namespace(i));
        });
    return Instant.now();
  }

  private void tune(String namespace) {
    WebSocketTuning tuning =
        Serialization.unmarshal(MANIFEST.formatted(TUNING), WebSocketTuning.class);
    orPresent(
        () ->
            cluster
                .client()
                .resources(WebSocketTuning.class)
                .inNamespace(namespace)
                .resource(tuning)
                .create());
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** Deletes all tunings, and waits until the operator has cleaned up behind them. */
  void untune() {
    Parallel.forEach(
        namespaces(),
        n -> cluster.client().resources(WebSocketTuning.class).inNamespace(n).delete());
    await("no webhook entry of " + name + " is left")
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(
            () ->
                cluster
                    .client()
                    .admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .list()
                    .getItems()
                    .stream()
                    .noneMatch(
                        c -> c.getMetadata().getName().startsWith("wstuning-" + name + "-")));
  }

  /** Takes every status away, as if the operator had never been there. */
  void forgetStatuses() {
    Parallel.forEach(
        namespaces(),
        n ->
            cluster
                .client()
                .resources(WebSocketTuning.class)
                .inNamespace(n)
                .withName(TUNING)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": null}"));
  }

  /** Has each namespace run this many pods, and waits until all are ready. */
  void run(int podsEach) {
    Parallel.forEach(
        IntStream.rangeClosed(1, size).boxed().toList(),
        i -> deploy(namespace(i), TUNING, podsEach, i));
    awaitReady(size * podsEach);
  }

  /** Creates a Deployment whose pods the tuning of its namespace selects. */
  void deploy(String namespace, String deployment, int pods, int number) {
    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .resource(deployment(deployment, pods, FakeNodes.name(number, nodes)))
        .forceConflicts()
        .serverSideApply();
  }

  private Deployment deployment(String deployment, int pods, String node) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(deployment)
        .addToLabels("fleet", name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(pods)
        .withNewSelector()
        .addToMatchLabels("run", deployment)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "chat")
        .addToLabels("run", deployment)
        .addToLabels("fleet", name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .addNewContainer()
        .withName("server")
        .withImage("none")
        .addNewPort()
        .withContainerPort(8080)
        .endPort()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** Waits until the Deployments have this many ready pods of their present template. */
  void awaitReady(int pods) {
    await(pods + " ready pods of " + name)
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() -> ready() == pods);
  }

  /** Replaces pods that started untuned while many were created at once, until there are none. */
  void replaceMissed(int pods) {
    FleetPods all = new FleetPods(cluster, name);
    for (int missed = all.replaceUntuned(); missed > 0; missed = all.replaceUntuned()) {
      System.out.printf("missed while %s is created: %d pods%n", name, missed);
      awaitReady(pods);
    }
  }

  private int ready() {
    return deployments().stream()
        .filter(d -> d.getMetadata().getGeneration().equals(d.getStatus().getObservedGeneration()))
        .map(Deployment::getStatus)
        .filter(s -> s.getReadyReplicas() != null && s.getUpdatedReplicas() != null)
        .mapToInt(s -> s.getReplicas().equals(s.getUpdatedReplicas()) ? s.getReadyReplicas() : 0)
        .sum();
  }

  List<Deployment> deployments() {
    return cluster
        .client()
        .apps()
        .deployments()
        .inAnyNamespace()
        .withLabel("fleet", name)
        .list()
        .getItems();
  }

  /** Deletes everything, and waits until the operator forgot it and the pods are gone. */
  void delete() {
    untune();
    Parallel.forEach(
        namespaces(),
        n -> {
          cluster.client().apps().deployments().inNamespace(n).delete();
          cluster.delete(n);
        });
    await("no namespace of " + name + " is left")
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(
            () ->
                cluster.client().namespaces().withLabel("fleet", name).list().getItems().stream()
                    .map(Namespace::getMetadata)
                    .findAny()
                    .isEmpty());
  }

  private static void orPresent(Runnable create) {
    try {
      create.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }
}
