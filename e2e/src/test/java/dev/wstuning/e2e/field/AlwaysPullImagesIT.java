package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.ApiServerMetrics;
import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.ReplicaSets;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Admission changes the init container after the webhook added it, and insists on the change. The
 * policies need Kubernetes 1.36, and the counter an API server that is the only one.
 */
@Tag("together")
@NeedsTheNode
class AlwaysPullImagesIT {

  private static final String NAMESPACE = "field-always-pull-images";
  private static final Container ASKS_FOR_ANOTHER =
      new ContainerBuilder()
          .withName("init")
          .withImage("none")
          .withImagePullPolicy("IfNotPresent")
          .build();

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "always-pull-images");

  /**
   * There is no registry here: the pod ends in ErrImagePull, and injection is suspended because of
   * that, rightly. What comes after the admission of the first pod is another story.
   */
  @Test
  void podsAreAdmittedWithThePullPolicyThatAdmissionSet() {
    field.applyAllBut("Deployment");
    awaitPolicies();
    cluster.awaitInjection(NAMESPACE, CHAT, true);
    assertThat(entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.getReinvocationPolicy()).isEqualTo("Never"));
    String entry = entries().get(0).getName();
    ApiServerMetrics metrics = new ApiServerMetrics(cluster.client());
    long before = metrics.webhookCalls(entry);

    Pod admitted = field.admitted(pod -> pod);

    assertThat(metrics.webhookCalls(entry) - before).as("calls for one pod").isEqualTo(1);
    assertThat(admitted.getSpec().getInitContainers())
        .singleElement()
        .satisfies(AlwaysPullImagesIT::isOursAsAdmissionLeftIt);

    field.apply("Deployment");

    await("a pod with our init container")
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () ->
                assertThat(cluster.pods(NAMESPACE, CHAT))
                    .flatMap(pod -> pod.getSpec().getInitContainers())
                    .singleElement()
                    .satisfies(AlwaysPullImagesIT::isOursAsAdmissionLeftIt));
    await("the ReplicaSet has its replica")
        .until(() -> ReplicaSets.replicas(cluster.client(), NAMESPACE) == 1);
    assertThat(ReplicaSets.refusals(cluster.client(), NAMESPACE)).isEmpty();
  }

  private static void isOursAsAdmissionLeftIt(Container init) {
    assertThat(init.getName()).isEqualTo("wstuning");
    assertThat(init.getImagePullPolicy()).isEqualTo("Always");
  }

  /** The API server reads new policies about every second, and each kind by itself. */
  private void awaitPolicies() {
    await("the policies act")
        // Until the first one changes the probe, the second one refuses it.
        .ignoreExceptionsInstanceOf(KubernetesClientException.class)
        .until(
            () ->
                field
                    .dryRun(NAMESPACE, Pods.probe(ASKS_FOR_ANOTHER))
                    .getSpec()
                    .getInitContainers()
                    .get(0)
                    .getImagePullPolicy()
                    .equals("Always"));
    Installation.pause(Duration.ofSeconds(3));
  }

  private List<MutatingWebhook> entries() {
    return cluster
        .client()
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("wstuning-" + NAMESPACE)
        .require()
        .getWebhooks();
  }
}
