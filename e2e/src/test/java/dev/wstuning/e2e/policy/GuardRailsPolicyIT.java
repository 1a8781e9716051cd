package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In namespaces that the guard rails list the operator touches nothing; others do as they like. */
class GuardRailsPolicyIT {

  private static final String NAMESPACES = "wstuning-untouched-namespaces";
  private static final String WEBHOOKS = "wstuning-untouched-webhooks";
  private static final String KEY = "untouchedNamespaces";
  private static final String RESTART =
      """
      {"spec": {"template": {"metadata": {"annotations": {
        "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}}}}}
      """;

  private static Stage stage;
  private static Pod pod;
  private static Deployment deployment;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    pod = stage.pod(stage.namespace);
    deployment =
        stage.create(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName(stage.namespace)
                .withNamespace(stage.namespace)
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .withNewSelector()
                .addToMatchLabels("app", stage.namespace)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", stage.namespace)
                .endMetadata()
                .withSpec(Stage.podSpec())
                .endTemplate()
                .endSpec()
                .build());
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @AfterEach
  void asShipped() {
    set(Map.of());
  }

  @Test
  void withoutDataTheyForbidNothing() {
    awaitAllowed(stage.operator);
    assertThat(patchWebhooks(stage.create(configuration()), 1)).isEqualTo(1);
  }

  @Test
  void podsAndWorkloadsOfAListedNamespaceAreLeftAlone() {
    set(Map.of(KEY, "a,\n" + stage.namespace + ", b"));

    String nothing = "touches nothing in the untouchedNamespaces";
    Stage.assertRefused(NAMESPACES, nothing, () -> restart(stage.operator));
    Stage.assertRefused(NAMESPACES, nothing, () -> Stage.evict(stage.operator, pod));
    awaitAllowed(stage.admin);
  }

  @Test
  void longerNamesListNoOther() {
    set(Map.of(KEY, stage.namespace));
    Stage.assertRefused(NAMESPACES, "", () -> restart(stage.operator));

    set(Map.of(KEY, "a-" + stage.namespace + "," + stage.namespace + "-b"));
    awaitAllowed(stage.operator);
  }

  @Test
  void aListThatCannotBeReadListsEveryNamespace() {
    set(Map.of(KEY, "Payments"));

    Stage.assertRefused(NAMESPACES, "", () -> restart(stage.operator));
  }

  /** The tunings of a namespace leave one after the other. */
  @Test
  void webhooksOfAListedNamespaceMayGoAndNoneMayCome() {
    MutatingWebhookConfiguration two = stage.create(configuration());
    set(Map.of(KEY, "realtime"));

    Stage.assertRefused(WEBHOOKS, "adds no webhooks", () -> patchWebhooks(two, 3));
    assertThat(patchWebhooks(two, 1)).isEqualTo(1);
    assertThat(patchWebhooks(two, 0)).isZero();
  }

  @Test
  void withoutTheConfigMapNoOneIsRefusedAnything() {
    set(Map.of(KEY, stage.namespace));
    Stage.assertRefused(NAMESPACES, "", () -> restart(stage.operator));

    stage.admin.resource(configMap(Map.of())).delete();
    awaitAllowed(stage.operator);
    awaitAllowed(stage.admin);
  }

  private static void awaitAllowed(KubernetesClient client) {
    Awaitility.await()
        .untilAsserted(() -> assertThatCode(() -> restart(client)).doesNotThrowAnyException());
    assertThatCode(() -> Stage.evict(client, pod)).doesNotThrowAnyException();
  }

  private static void restart(KubernetesClient client) {
    patch(client, deployment, PatchType.STRATEGIC_MERGE, RESTART);
  }

  private static <T extends HasMetadata> T patch(
      KubernetesClient client, T object, PatchType type, String body) {
    PatchContext dryRun =
        new PatchContext.Builder().withPatchType(type).withDryRun(List.of("All")).build();
    return client.resource(object).patch(dryRun, body);
  }

  /** Leaves this number of webhooks, or puts another in their place; returns how many there are. */
  private static int patchWebhooks(MutatingWebhookConfiguration two, int webhooks) {
    List<MutatingWebhook> wanted =
        webhooks <= 2 ? two.getWebhooks().subList(0, webhooks) : configuration("c").getWebhooks();
    String body = Serialization.asJson(Map.of("webhooks", wanted));
    return patch(stage.operator, two, PatchType.JSON_MERGE, body).getWebhooks().size();
  }

  private static MutatingWebhookConfiguration configuration() {
    return configuration("a", "b");
  }

  /** Entries as the operator makes them, for tunings of the namespace realtime. */
  private static MutatingWebhookConfiguration configuration(String... tunings) {
    MutatingWebhookConfiguration configuration =
        Serialization.unmarshal(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: {generateName: wstuning-policy-}
            """,
            MutatingWebhookConfiguration.class);
    configuration.setWebhooks(
        List.of(tunings).stream()
            .map(
                tuning ->
                    Serialization.unmarshal(
                        """
                        name: %s.realtime.wstuning.dev
                        admissionReviewVersions: [v1]
                        sideEffects: None
                        timeoutSeconds: 2
                        failurePolicy: Ignore
                        namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: realtime}}
                        objectSelector: {matchLabels: {app: chat}}
                        matchConditions: [{name: host, expression: object.spec.hostNetwork != true}]
                        rules:
                        - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods], scope: Namespaced}
                        clientConfig: {service: {namespace: wstuning-system, name: wstuning-webhook}}
                        """
                            .formatted(tuning),
                        MutatingWebhook.class))
            .toList());
    return configuration;
  }

  private static void set(Map<String, String> data) {
    stage
        .admin
        .resource(configMap(data))
        .fieldManager("wstuning-test")
        .forceConflicts()
        .serverSideApply();
  }

  private static ConfigMap configMap(Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("wstuning-guard-rails")
        .withNamespace(Stage.OWN_NAMESPACE)
        .addToLabels("app.kubernetes.io/name", "wstuning")
        .endMetadata()
        .withData(data)
        .build();
  }
}
