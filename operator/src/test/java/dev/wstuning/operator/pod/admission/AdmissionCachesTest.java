package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.NodeTunings;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.guardrail.GuardRails;
import dev.wstuning.operator.pod.admission.AdmissionPath.Revision;
import dev.wstuning.operator.pod.injection.PodMutator;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pod gets the whole plan or none, regardless of what the caches of a replica hold. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true)
class AdmissionCachesTest {

  private KubernetesMockServer server;
  private KubernetesClient client;
  private AdmissionCaches caches;
  private GuardRails guardRails = GuardRails.none(Set.of());
  private PodAdmission admission;
  private final List<String> relabelled = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    namespace(Tunings.NAMESPACE, Map.of());
    create(Tunings.NAMESPACE, 1);
    caches = new AdmissionCaches(client, Impatient.client(client), 36, () -> guardRails);
    caches.onRelabelled(relabelled::add);
    caches.start((informer, failure) -> {});
    await().until(() -> caches.complete() && !caches.watching().containsValue(false));
    admission = new PodAdmission(caches, new PodMutator(TestPod.TUNER_IMAGE), Refusals.none());
  }

  @AfterEach
  void stop() {
    caches.close();
  }

  @Test
  void whatIsCachedIsNotRead() throws Exception {
    final int before = server.getRequestCount();

    assertThat(keepalive(admitted(Tunings.NAMESPACE, AdmissionPath.of("chat")))).contains("=60");
    admitted(Tunings.NAMESPACE, atLeast(1));

    assertThat(server.getRequestCount()).isEqualTo(before);
  }

  @Test
  void aReplicaWhoseCachesAreBehindTheEntryReads() throws Exception {
    caches.close();
    WebSocketTuning newer = tuning(Tunings.NAMESPACE, 2);
    newer.setSpec(tune().keepalive(120, 10, 5).build());
    client.resource(newer).update();

    assertThat(keepalive(admitted(Tunings.NAMESPACE, atLeast(2)))).contains("=120");
  }

  @Test
  void aTuningThatWasCreatedAgainIsAnother() throws Exception {
    caches.close();
    String old = caches.inNamespace(Tunings.NAMESPACE).iterator().next().getMetadata().getUid();
    client.resource(tuning(Tunings.NAMESPACE, 1)).delete();
    WebSocketTuning again = tuning(Tunings.NAMESPACE, 1);
    again.getMetadata().setUid("uid-of-another");
    again.setSpec(tune().keepalive(120, 10, 5).build());
    client.resource(again).create();

    String uid = stored().getMetadata().getUid();
    assertThat(uid).isNotEqualTo(old);
    AdmissionPath path = new AdmissionPath("chat", Optional.of(new Revision(uid, 1)));
    assertThat(keepalive(admitted(Tunings.NAMESPACE, path))).contains("=120");
  }

  /** A replica that is behind is so for every pod of a rollout. */
  @Test
  void aThousandPodsDoNotCostAThousandReads() throws Exception {
    caches.close();
    WebSocketTuning newer = tuning(Tunings.NAMESPACE, 2);
    newer.setSpec(tune().keepalive(120, 10, 5).build());
    client.resource(newer).update();
    int before = server.getRequestCount();

    for (int i = 0; i < 20; i++) {
      admitted(Tunings.NAMESPACE, atLeast(2));
    }

    assertThat(server.getRequestCount() - before).isEqualTo(1);
  }

  /** The namespace is younger than what the caches have. */
  @Test
  void aNamespaceThatIsNotCachedIsReadAndNotAssumed() throws Exception {
    caches.close();
    namespace("guarded", Map.of("pod-security.kubernetes.io/enforce", "restricted"));
    create("guarded", 1);
    namespace("open", Map.of());
    create("open", 1);

    AdmissionPath path = AdmissionPath.of("chat");
    assertThat(admitted("guarded", path).at("/spec/initContainers").isMissingNode()).isTrue();
    assertThat(admitted("open", path).at("/spec/initContainers/0/name").asText())
        .isEqualTo("wstuning");
  }

  @Test
  void guardRailsHoldFromTheNextPodOn() throws Exception {
    guardRails = GuardRails.of(Set.of(), Map.of("maxPrivilege", "Unprivileged"));
    JsonNode capped = admitted(Tunings.NAMESPACE, AdmissionPath.of("chat"));
    assertThat(capped.at("/spec/initContainers").isMissingNode()).isTrue();
    assertThat(capped.at("/spec/securityContext/sysctls").size()).isEqualTo(3);

    guardRails = GuardRails.of(Set.of(), Map.of("untouchedNamespaces", Tunings.NAMESPACE));
    AdmissionRequest request = Reviews.request(Reviews.POD);
    assertThat(admission.admit(request, AdmissionPath.of("chat"), () -> true).outcome())
        .isEqualTo(AdmissionOutcome.NOT_WANTED);
  }

  @Test
  void podsWaitOnlyWhereAnAgentMayGrantOpenFiles() {
    Pod pod = TestPod.named("chat-1").build();
    Pod elsewhere =
        TestPod.named("chat-2")
            .with(p -> p.editSpec().addToNodeSelector("kubernetes.io/os", "windows").endSpec())
            .build();
    client
        .resource(
            NodeTunings.named("settings").sysctl("net.core.netdev_max_backlog", "5000").build())
        .create();
    assertThat(caches.agentMayServe(pod)).isFalse();

    client.resource(NodeTunings.named("grants").openFiles(1_048_576).build()).create();
    await().until(() -> caches.agentMayServe(pod));
    assertThat(caches.agentMayServe(elsewhere)).isFalse();

    client.resource(NodeTunings.named("grants").build()).delete();
    await().until(() -> !caches.agentMayServe(pod));
  }

  @Test
  void whatCannotBeReadIsForTheFailurePolicy() {
    caches.close();
    server.shutdown();

    assertThatThrownBy(() -> admitted(Tunings.NAMESPACE, atLeast(2)))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void aTuningThatCannotBeReadCostsNoOther() throws Exception {
    client
        .genericKubernetesResources(
            ResourceDefinitionContext.fromResourceType(WebSocketTuning.class))
        .inNamespace(Tunings.NAMESPACE)
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: wstuning.dev/v1alpha1
                kind: WebSocketTuning
                metadata: {name: odd, namespace: realtime, generation: 1}
                spec: [not, a, spec]
                status: 7
                """,
                GenericKubernetesResource.class))
        .create();
    await().until(() -> caches.inNamespace(Tunings.NAMESPACE).size() == 2);

    WebSocketTuning newer = tuning(Tunings.NAMESPACE, 2);
    newer.setSpec(tune().keepalive(120, 10, 5).build());
    client.resource(newer).update();
    await().until(() -> keepalive(admitted(Tunings.NAMESPACE, atLeast(1))).contains("=120"));
    assertThat(caches.watching()).allSatisfy((kind, watches) -> assertThat(watches).isTrue());
  }

  @Test
  void thoseWhoPlanByLabelsHearOfThem() {
    namespace("guarded", Map.of());
    await().until(() -> relabelled.contains("guarded"));
    relabelled.clear();

    client.namespaces().withName("guarded").edit(n -> labelled(n.getMetadata().getName(), "a"));
    await().until(() -> relabelled.equals(List.of("guarded")));
  }

  @Test
  void aTuningThatIsGoneIsForgotten() {
    client.resource(tuning(Tunings.NAMESPACE, 1)).delete();

    await().until(() -> caches.inNamespace(Tunings.NAMESPACE).isEmpty());
    assertThat(caches.find(Tunings.NAMESPACE, AdmissionPath.of("chat"))).isEmpty();
  }

  private WebSocketTuning stored() {
    return client
        .resources(WebSocketTuning.class)
        .inNamespace(Tunings.NAMESPACE)
        .withName("chat")
        .get();
  }

  private AdmissionPath atLeast(long generation) {
    String uid = caches.inNamespace(Tunings.NAMESPACE).iterator().next().getMetadata().getUid();
    return new AdmissionPath("chat", Optional.of(new Revision(uid, generation)));
  }

  private static String keepalive(JsonNode pod) {
    return pod.at("/spec/initContainers/0/args").toString();
  }

  private JsonNode admitted(String namespace, AdmissionPath path) throws Exception {
    AdmissionRequest request = Reviews.request(Reviews.POD);
    request.setNamespace(namespace);
    return Reviews.applied(Reviews.POD, admission.admit(request, path, () -> true).response());
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

  private static Namespace labelled(String name, String value) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("changed", value)
        .endMetadata()
        .build();
  }

  private void create(String namespace, long generation) {
    client.resource(tuning(namespace, generation)).create();
  }

  private static WebSocketTuning tuning(String namespace, long generation) {
    WebSocketTuning tuning = Tunings.of("chat", tune().keepalive(60, 10, 5).build());
    tuning.getMetadata().setNamespace(namespace);
    tuning.getMetadata().setGeneration(generation);
    return tuning;
  }
}
