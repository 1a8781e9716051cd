package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A case of e2e/field: a file with namespaces, policies, a tuning and a Deployment, both of them
 * named chat. It is applied in parts, so that what must be known first is. Before each test it is
 * cleared, and after each it is removed.
 */
public final class FieldCase implements BeforeEachCallback, AfterEachCallback {

  /** The name of the tunings and Deployments of all cases, and the label app of their pods. */
  public static final String CHAT = "chat";

  private final Installation cluster;
  private final KubernetesClient client;
  private final String file;
  private final List<HasMetadata> items;

  public FieldCase(Installation cluster, String name) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.file = "e2e/field/%s.yaml".formatted(name);
    String yaml = Registry.withImages(Installation.read(Cluster.root().resolve(file)));
    this.items =
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    clear();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    remove();
  }

  /** Removes what a run that crashed left, and waits until it is gone. */
  private void clear() {
    remove();
    await("nothing is left of " + file)
        .until(() -> clusterScoped().allMatch(item -> client.resource(item).get() == null));
  }

  /** Removes all of it without waiting for the end; policies first, so that nothing is refused. */
  private void remove() {
    removePolicies();
    clusterScoped()
        .filter(Namespace.class::isInstance)
        .forEach(namespace -> cluster.delete(namespace.getMetadata().getName()));
  }

  public void removePolicies() {
    clusterScoped()
        .filter(item -> !(item instanceof Namespace))
        .forEach(policy -> client.resource(policy).delete());
  }

  /** Applies the resources of these kinds, in the order of the file. */
  public void apply(String... kinds) {
    apply(item -> Set.of(kinds).contains(item.getKind()));
  }

  /** Applies the resources of all other kinds. */
  public void applyAllBut(String kind) {
    apply(item -> !item.getKind().equals(kind));
  }

  private void apply(Predicate<HasMetadata> which) {
    items.stream().filter(which).forEach(this::apply);
  }

  private void apply(HasMetadata item) {
    client.resource(item).fieldManager("kubectl").forceConflicts().serverSideApply();
    if (item instanceof Namespace) {
      // Pods are refused until the controller has made the account that they run as.
      String name = item.getMetadata().getName();
      await("account of " + name)
          .until(
              () -> client.serviceAccounts().inNamespace(name).withName("default").get() != null);
    }
  }

  /**
   * What the API server would admit for a pod of the only Deployment, after {@code edit}. Nothing
   * is stored.
   */
  public Pod admitted(UnaryOperator<PodBuilder> edit) {
    Deployment deployment =
        items.stream()
            .filter(Deployment.class::isInstance)
            .map(Deployment.class::cast)
            .reduce(
                (a, b) -> {
                  throw new IllegalStateException(file + " has several Deployments");
                })
            .orElseThrow();
    PodTemplateSpec template = deployment.getSpec().getTemplate();
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("dry-run-")
            .withLabels(template.getMetadata().getLabels())
            .endMetadata()
            .withSpec(template.getSpec());
    return dryRun(deployment.getMetadata().getNamespace(), edit.apply(pod).build());
  }

  /** What the API server would admit for a pod. Nothing is stored. */
  public Pod dryRun(String namespace, Pod pod) {
    return client.pods().inNamespace(namespace).resource(pod).dryRun().create();
  }

  private Stream<HasMetadata> clusterScoped() {
    return items.stream().filter(item -> item.getMetadata().getNamespace() == null);
  }
}
