package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlanSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plans that agents read are the operator's, and none is about pods that are never touched. */
class PodPlanPolicyIT {

  private static final String POLICY = "wstuning-pod-plans";
  private static final String AGENT = "system:serviceaccount:wstuning-nodes:wstuning-node-agent";
  private static final String OPERATOR = "system:serviceaccount:wstuning-system:wstuning-operator";

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void theOperatorWritesThePlanOfATuning() {
    Awaitility.await("a plan that is accepted")
        .ignoreException(KubernetesClientException.class)
        .until(() -> create(stage.namespace, m -> {}).getMetadata().getUid() != null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kube-system", "wstuning-system", "wstuning-nodes"})
  void noneForPodsThatAreNeverTouched(String namespace) {
    Stage.assertRefused(
        POLICY, "no plans for pods of kube-system", () -> create(namespace, m -> {}));
  }

  @Test
  void itBelongsToTheTuningWithItsName() {
    refuse("belongs to the WebSocketTuning", m -> m.setOwnerReferences(List.of()));
    refuse("belongs to the WebSocketTuning", m -> m.getOwnerReferences().get(0).setName("other"));
    refuse("has no finalizers", m -> m.setFinalizers(List.of("a.example/b")));
  }

  @ParameterizedTest
  @CsvSource({
    "get,    true,  true",
    "watch,  true,  true",
    "create, false, true",
    "patch,  false, true",
    "delete, false, true",
  })
  void agentsOnlyReadThem(String verb, boolean agent, boolean operator) {
    assertThat(may(verb, AGENT)).isEqualTo(agent);
    assertThat(may(verb, OPERATOR)).isEqualTo(operator);
  }

  /** A namespace's user may have a role for everything that is in it. */
  @Test
  void notEvenAnAdministratorWritesOne() {
    Stage.assertRefused(
        "wstuning-pod-plans-of-others",
        "only the operator writes",
        () -> create(stage.admin, stage.namespace, m -> {}));
  }

  private static boolean may(String verb, String user) {
    return stage.may(user, "", verb, "wstuning.dev", "websocketpodplans", "", "");
  }

  private static void refuse(String message, Consumer<ObjectMeta> change) {
    Stage.assertRefused(POLICY, message, () -> create(stage.namespace, change));
  }

  private static WebSocketPodPlan create(String namespace, Consumer<ObjectMeta> change) {
    return create(stage.operator, namespace, change);
  }

  private static WebSocketPodPlan create(
      KubernetesClient client, String namespace, Consumer<ObjectMeta> change) {
    WebSocketPodPlan plan = new WebSocketPodPlan();
    plan.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName("chat")
            .addNewOwnerReference()
            .withApiVersion("wstuning.dev/v1alpha1")
            .withKind("WebSocketTuning")
            .withName("chat")
            .withUid("0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55")
            .endOwnerReference()
            .build());
    plan.setSpec(
        new WebSocketPodPlanSpec(
            "2026-01-01T00:00:00Z",
            Via.Admission,
            new Selector(Map.of("app", "chat"), null),
            null,
            null,
            null,
            null));
    change.accept(plan.getMetadata());
    return client.resource(plan).dryRun().create();
  }
}
