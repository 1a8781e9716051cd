package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wstuning.e2e.support.ApiServerMetrics;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods that no tuning selects are none of the operator's business. */
@Tag("together")
class SelectionIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SPEC =
      """
      selector: {matchLabels: {app: chat}}
      keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
      """;

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("selection");
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void aPodThatNoTuningSelectsCausesNoCall() {
    tune();
    String entry = "chat." + namespace + ".wstuning.dev";
    ApiServerMetrics metrics = new ApiServerMetrics(cluster.client());

    long before = metrics.webhookCalls(entry);
    create("other");

    assertThat(metrics.webhookCalls(entry)).isEqualTo(before);

    // The counter counts: a selected pod is a call.
    create("chat");
    assertThat(metrics.webhookCalls(entry)).isGreaterThan(before);
  }

  @Test
  void afterADeletionTheNextPodIsByteForByteWhatItsOwnerWrote() throws Exception {
    JsonNode untouched = specOf(create("chat"));
    tune();
    Pod tuned = create("chat");
    assertThat(tuned.getSpec().getInitContainers())
        .extracting(Container::getName)
        .containsExactly("wstuning");

    Instant deleted = Instant.now();
    cluster.client().resource(cluster.tuning(namespace, "chat")).delete();
    cluster.awaitInjection(namespace, "chat", false);

    assertThat(Duration.between(deleted, Instant.now())).isLessThan(Duration.ofSeconds(5));
    assertThat(specOf(create("chat"))).isEqualTo(untouched);
    assertThat(
            cluster
                .client()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("wstuning-" + namespace)
                .get())
        .as("no configuration is left without entries")
        .isNull();
  }

  /** As kubectl replace --force does it: the new one comes while the old one is being forgotten. */
  @Test
  void aTuningThatIsReplacedUnderItsNameIsReconciledAsTheNewOne() {
    tune();
    for (int i = 0; i < 5; i++) {
      String uid = cluster.tuning(namespace, "chat").getMetadata().getUid();
      cluster.client().resource(cluster.tuning(namespace, "chat")).delete();
      cluster.tune(namespace, "chat", SPEC);
      Tunings.awaitStatus(
          cluster,
          namespace,
          "chat",
          "reconciled anew",
          t -> !t.getMetadata().getUid().equals(uid) && t.getStatus().injectingSince() != null);
    }
    cluster.awaitInjection(namespace, "chat", true);
    assertThat(cluster.entries(namespace)).hasSize(1);

    cluster.client().resource(cluster.tuning(namespace, "chat")).delete();
    cluster.awaitInjection(namespace, "chat", false);
  }

  private void tune() {
    cluster.tune(namespace, "chat", SPEC);
    cluster.awaitInjection(namespace, "chat", true);
  }

  /** A pod that says the same every time, up to its name. */
  private Pod create(String app) {
    Pod pod = Pods.withoutToken(app).editSpec().withNodeName("none").endSpec().build();
    return cluster.client().pods().inNamespace(namespace).resource(pod).create();
  }

  /** Labels, annotations and the spec; what the API server sets for each pod is left out. */
  private JsonNode specOf(Pod pod) throws Exception {
    ObjectNode raw =
        (ObjectNode)
            JSON.readTree(
                cluster
                    .client()
                    .raw(
                        "/api/v1/namespaces/%s/pods/%s"
                            .formatted(namespace, pod.getMetadata().getName())));
    ObjectNode metadata = (ObjectNode) raw.get("metadata");
    metadata.retain("labels", "annotations", "generateName", "finalizers", "ownerReferences");
    raw.remove("status");
    return raw;
  }
}
