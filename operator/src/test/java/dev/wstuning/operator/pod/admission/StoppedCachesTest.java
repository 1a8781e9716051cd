package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.fixtures.Deaf;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.reconciler.PodWiring;
import dev.wstuning.operator.pod.reconciler.TuningInformers;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pod gets the whole plan or none, regardless of what the caches of a replica hold. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true)
class StoppedCachesTest {

  private KubernetesMockServer server;
  private KubernetesClient client;
  private Operator operator;
  private PodAdmission admission;

  @BeforeEach
  void start() {
    namespace(Tunings.NAMESPACE, Map.of());
    create(Tunings.NAMESPACE);
    KubernetesClient impatient = Impatient.client(client);
    AuthorityStore authority = new AuthorityStore(client, "wstuning-system", Clock.systemUTC());
    WebhookRegistration registration =
        new WebhookRegistration(impatient, "wstuning-system", "wstuning-webhook", System::nanoTime);
    TuningInformers caches = new TuningInformers(impatient, 36, registration, node -> true);
    WebhookProbe webhookProbe =
        new WebhookProbe(impatient, "wstuning-system", authority, registration, caches::requestAll);
    operator =
        new Operator(
            o ->
                o.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withReconciliationTerminationTimeout(Duration.ofSeconds(1)));
    operator.register(
        new PodWiring(
                impatient,
                Clock.systemUTC(),
                TestPod.TUNER_IMAGE,
                "wstuning-system",
                "me",
                5,
                Deaf.PODS)
            .create(
                caches,
                PodWiring.pods(client, caches, (informer, failure) -> {}),
                registration,
                authority,
                webhookProbe,
                () -> false));
    operator.start();
    admission = new PodAdmission(caches, new PodMutator(TestPod.TUNER_IMAGE));
  }

  @AfterEach
  void stop() {
    operator.stop();
  }

  @Test
  void aReplicaWhoseCachesAreEmptyReadsAndGivesTheSamePlan() throws Exception {
    JsonNode running = admitted(Tunings.NAMESPACE);
    assertThat(running.at("/spec/initContainers/0/securityContext/privileged").asBoolean())
        .isTrue();

    operator.stop();

    assertThat(admitted(Tunings.NAMESPACE)).isEqualTo(running);
  }

  /** The namespace is younger than what the caches have. */
  @Test
  void aNamespaceThatIsNotCachedIsReadAndNotAssumed() throws Exception {
    operator.stop();
    namespace("guarded", Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    create("guarded");
    namespace("open", Map.of());
    create("open");

    assertThat(admitted("guarded").at("/spec/initContainers").isMissingNode()).isTrue();
    assertThat(admitted("open").at("/spec/initContainers/0/name").asText()).isEqualTo("wstuning");
  }

  @Test
  void whatCannotBeReadIsForTheFailurePolicy() {
    operator.stop();
    server.shutdown();

    assertThatThrownBy(() -> admit(Tunings.NAMESPACE))
        .isInstanceOf(KubernetesClientException.class);
  }

  private JsonNode admitted(String namespace) throws Exception {
    return Reviews.applied(Reviews.POD, admit(namespace));
  }

  private AdmissionResponse admit(String namespace) throws Exception {
    var request = Reviews.request(Reviews.POD);
    request.setNamespace(namespace);
    return admission.admit(request, "chat").response();
  }

  private void namespace(String name, Map<String, String> labels) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
  }

  private void create(String namespace) {
    WebSocketTuning tuning = Tunings.of("chat", tune().deadPeers(60).build());
    tuning.getMetadata().setNamespace(namespace);
    tuning.getMetadata().setUid(null);
    client.resource(tuning).create();
  }
}
