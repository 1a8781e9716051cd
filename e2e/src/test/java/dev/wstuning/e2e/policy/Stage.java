package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A cluster with the shipped fences, a namespace of its own, and what a test puts there. */
final class Stage implements AutoCloseable {

  static final String OWN_NAMESPACE = "wstuning-system";

  final KubernetesClient admin = Cluster.admin();
  final KubernetesClient operator = Cluster.operator();
  final String namespace = "wst-policy-" + UUID.randomUUID().toString().substring(0, 8);
  private final Deque<HasMetadata> created = new ArrayDeque<>();

  static Stage open() {
    Stage stage = new Stage();
    Cluster.installCrdAndFences(stage.admin);
    stage.create(
        new NamespaceBuilder().withNewMetadata().withName(stage.namespace).endMetadata().build());
    Awaitility.await("the namespace has its service account")
        .until(
            () ->
                stage.admin.serviceAccounts().inNamespace(stage.namespace).withName("default").get()
                    != null);
    return stage;
  }

  /** Creates an object as the administrator, until the stage is closed. */
  <T extends HasMetadata> T create(T object) {
    T result = admin.resource(object).create();
    created.push(result);
    return result;
  }

  /**
   * Whether RBAC lets a user do something, as kubectl auth can-i asks; what is empty stands for
   * none, and for all of a kind.
   */
  boolean may(
      String user,
      String inNamespace,
      String verb,
      String group,
      String resource,
      String subresource,
      String name) {
    return admin
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withNewResourceAttributes()
                .withNamespace(inNamespace)
                .withVerb(verb)
                .withGroup(group)
                .withResource(resource)
                .withSubresource(subresource)
                .withName(name)
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  /** A pod that is never scheduled. */
  Pod pod(String inNamespace) {
    return create(
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("wst-policy-")
            .withNamespace(inNamespace)
            .endMetadata()
            .withSpec(podSpec())
            .build());
  }

  /** Fit for the level restricted; no node has this label. */
  static PodSpec podSpec() {
    return new PodSpecBuilder()
        .withNodeSelector(Map.of("wstuning.dev/none", "true"))
        .addNewContainer()
        .withName("server")
        .withImage("none")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withRunAsNonRoot(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .endContainer()
        .addNewVolume()
        .withName("data")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .build();
  }

  /** Evicts a pod, as a dry run. */
  static void evict(KubernetesClient client, Pod pod) {
    String eviction =
        """
        {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "%1$s"},
         "deleteOptions": {"dryRun": ["All"]}}
        """
            .formatted(pod.getMetadata().getName());
    client.raw(
        "/api/v1/namespaces/%s/pods/%s/eviction?dryRun=All"
            .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName()),
        "POST",
        eviction);
  }

  /**
   * Waits until {@code request} is refused by {@code policy} with {@code message}: API servers take
   * up a new policy within a moment.
   */
  static void assertRefused(String policy, String message, Runnable request) {
    Awaitility.await("refusal by " + policy)
        .pollInterval(Duration.ofMillis(200))
        .pollDelay(Duration.ZERO)
        .untilAsserted(
            () ->
                assertThat(refusal(request))
                    .contains("ValidatingAdmissionPolicy '" + policy + "'")
                    .contains(message));
  }

  private static String refusal(Runnable request) {
    try {
      request.run();
      return "accepted";
    } catch (KubernetesClientException e) {
      return e.getMessage();
    }
  }

  @Override
  public void close() {
    created.forEach(object -> admin.resource(object).withGracePeriod(0).delete());
    operator.close();
    admin.close();
  }
}
