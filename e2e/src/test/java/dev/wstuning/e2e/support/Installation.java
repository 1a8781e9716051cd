package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlanSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The cluster under test, with the operator installed from the shipped manifests. */
public final class Installation {

  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static Installation instance;

  private final KubernetesClient client;
  private final Replicas replicas;

  private Installation(KubernetesClient client) {
    this.client = client;
    this.replicas = Replicas.watch(client);
  }

  /** Connects; installs the operator at the first call of a run. */
  public static synchronized Installation withOperator() {
    if (instance == null) {
      instance = new Installation(Cluster.admin());
      instance.install(UnaryOperator.identity());
    }
    return instance;
  }

  /** The installation of this run, if a story needed one. */
  static synchronized Optional<Installation> present() {
    return Optional.ofNullable(instance);
  }

  Replicas replicas() {
    return replicas;
  }

  /**
   * Installs over what there is, and waits until the operator is the new one.
   *
   * @param change of the manifest
   */
  public void install(UnaryOperator<String> change) {
    Command.kubectl(
        "apply",
        "--server-side",
        "--force-conflicts",
        "-f",
        Registry.installManifest(change).toString());
    Operator.rolledOut();
  }

  public KubernetesClient client() {
    return client;
  }

  /** A new namespace that is named after its story. */
  public String namespace(String story, Map<String, String> labels) {
    String name = "%s-%d".formatted(story, NAMESPACES.incrementAndGet());
    client
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
    // Pods are refused until the controller has made the account that they run as.
    await()
        .until(() -> client.serviceAccounts().inNamespace(name).withName("default").get() != null);
    return name;
  }

  public String namespace(String story) {
    return namespace(story, Map.of());
  }

  /** Deletes a namespace with all its pods, without waiting for the end of grace periods. */
  public void delete(String namespace) {
    client.pods().inNamespace(namespace).withGracePeriod(0).delete();
    client.namespaces().withName(namespace).delete();
  }

  /** Creates what a YAML text says, in {@code namespace}. */
  public List<HasMetadata> apply(String namespace, String yaml) {
    return client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }

  /** Creates what a file of the repository says, with replacements. */
  public void applyFile(String namespace, String path, Map<String, String> replacements) {
    String yaml = read(Cluster.root().resolve(path));
    for (Map.Entry<String, String> e : replacements.entrySet()) {
      if (!yaml.contains(e.getKey())) {
        throw new AssertionError("%s does not contain %s".formatted(path, e.getKey()));
      }
      yaml = yaml.replace(e.getKey(), e.getValue());
    }
    apply(namespace, yaml);
  }

  /** Creates a tuning from the YAML of its spec. */
  public WebSocketTuning tune(String namespace, String name, String spec) {
    apply(
        namespace,
        """
        apiVersion: wstuning.dev/v1alpha1
        kind: WebSocketTuning
        metadata:
          name: %s
        spec:
        %s
        """
            .formatted(name, spec.indent(2)));
    return tuning(namespace, name);
  }

  /** Waits until the API server calls the webhook for a tuning's pods, or calls it no more. */
  public void awaitInjection(String namespace, String name, boolean injected) {
    String entry = "%s.%s.wstuning.dev".formatted(name, namespace);
    await("webhook entry " + entry + (injected ? " present" : " absent"))
        .pollInterval(100, TimeUnit.MILLISECONDS)
        .until(() -> entries(namespace).contains(entry) == injected);
    // The API server watches its configurations; it has no way to say that it has seen a change.
    pause(Duration.ofSeconds(1));
  }

  /** Waits until the agents of nodes can have what tunings with via: NodeAgent want now. */
  public void awaitPlans(String namespace, Collection<String> names) {
    for (String name : names) {
      await("what the agents read of " + name)
          .pollInterval(100, TimeUnit.MILLISECONDS)
          .until(() -> resolved(namespace, name).equals(published(namespace, name)));
    }
    // Agents watch the plans; they have no way to say which they have seen.
    pause(Duration.ofSeconds(2));
  }

  /** The same for one. */
  public void awaitPlan(String namespace, String name) {
    awaitPlans(namespace, List.of(name));
  }

  /** The hash of its plan; a text that no plan has while it has none. */
  private Optional<String> resolved(String namespace, String name) {
    WebSocketTuning tuning = tuning(namespace, name);
    return Optional.ofNullable(tuning.getStatus())
        .filter(s -> tuning.getMetadata().getGeneration().equals(s.observedGeneration()))
        .map(s -> s.plan() == null ? "none yet" : s.plan().hash())
        .or(() -> Optional.of("none yet"));
  }

  private Optional<String> published(String namespace, String name) {
    return Optional.ofNullable(
            client.resources(WebSocketPodPlan.class).inNamespace(namespace).withName(name).get())
        .map(WebSocketPodPlan::getSpec)
        .filter(s -> s.via() == Via.NodeAgent)
        .map(WebSocketPodPlanSpec::plan);
  }

  /** The names of the webhook entries for a namespace. */
  public List<String> entries(String namespace) {
    return configurations(namespace).stream()
        .flatMap(c -> c.getWebhooks().stream())
        .map(MutatingWebhook::getName)
        .toList();
  }

  /** The webhook configurations for a namespace. */
  public List<MutatingWebhookConfiguration> configurations(String namespace) {
    Pattern name = Pattern.compile("wstuning-" + Pattern.quote(namespace) + "(\\.\\d+)?");
    return client
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withLabel("app.kubernetes.io/managed-by", "wstuning")
        .list()
        .getItems()
        .stream()
        .filter(c -> name.matcher(c.getMetadata().getName()).matches())
        .toList();
  }

  public static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  public WebSocketTuning tuning(String namespace, String name) {
    return client.resources(WebSocketTuning.class).inNamespace(namespace).withName(name).get();
  }

  /** The pods with {@code app=NAME} that are not on their way out. */
  public List<Pod> pods(String namespace, String app) {
    return client.pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
        .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /** The only pod of an app, once it is ready. */
  public Pod readyPod(String namespace, String app) {
    await("pod of " + app + " ready in " + namespace)
        .pollInterval(200, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              List<Pod> pods = pods(namespace, app);
              return pods.size() == 1 && ready(pods.get(0));
            });
    return pods(namespace, app).get(0);
  }

  public static boolean ready(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("Ready"))
        .map(PodCondition::getStatus)
        .anyMatch("True"::equals);
  }

  public static String yaml(Object resource) {
    return Serialization.asYaml(resource);
  }

  public static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
