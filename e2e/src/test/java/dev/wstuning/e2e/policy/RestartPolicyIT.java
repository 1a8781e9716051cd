package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The operator may restart workloads as kubectl rollout restart does, and change nothing else. */
class RestartPolicyIT {

  private static final String POLICY = "wstuning-restarts";

  private static final String RESTART =
      """
      {"metadata": {"annotations": {"wstuning.dev/restarted": "0123456789ab"}},
       "spec": {"template": {"metadata": {"annotations": {
         "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}}}}}
      """;

  private static final String NEW_IMAGE =
      """
      {"spec": {"template": {"spec": {"containers": [{"name": "server", "image": "other"}]}}}}
      """;

  private static Stage stage;
  private static Deployment deployment;
  private static List<HasMetadata> workloads;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    deployment = stage.create(deployment(stage.namespace));
    workloads =
        List.of(
            deployment,
            stage.create(
                new StatefulSetBuilder()
                    .withMetadata(deployment(stage.namespace).getMetadata())
                    .withNewSpec()
                    .withReplicas(0)
                    .withSelector(deployment.getSpec().getSelector())
                    .withTemplate(template())
                    .endSpec()
                    .build()),
            stage.create(
                new DaemonSetBuilder()
                    .withMetadata(deployment(stage.namespace).getMetadata())
                    .withNewSpec()
                    .withSelector(deployment.getSpec().getSelector())
                    .withTemplate(template())
                    .endSpec()
                    .build()));
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @TestFactory
  Stream<DynamicTest> aRestartIsAllowed() {
    return workloads.stream()
        .map(
            workload ->
                dynamicTest(
                    workload.getKind(),
                    () ->
                        assertThat(patch(workload, RESTART).getMetadata().getAnnotations())
                            .containsEntry("wstuning.dev/restarted", "0123456789ab")));
  }

  @TestFactory
  Stream<DynamicTest> anotherImageIsRefused() {
    return workloads.stream()
        .map(
            workload ->
                dynamicTest(
                    workload.getKind(),
                    () ->
                        Stage.assertRefused(
                            POLICY, "but one annotation", () -> patch(workload, NEW_IMAGE))));
  }

  @Test
  void nothingIsRestartedInNamespacesOfTheSystem() {
    for (String namespace : List.of("kube-system", Stage.OWN_NAMESPACE, "wstuning-nodes")) {
      Deployment system = stage.create(deployment(namespace));
      Stage.assertRefused(POLICY, "restarts nothing in kube-system", () -> patch(system, RESTART));
    }
  }

  @TestFactory
  Stream<DynamicTest> otherFieldsOfTheSpecAreRefused() {
    String outside = "no field of a workload's spec outside its template";
    return Stream.of(
        refused("replicas", outside, "{'spec': {'replicas': 3}}"),
        refused("a new field", outside, "{'spec': {'paused': true}}"),
        refused(
            "the strategy",
            outside,
            "{'spec': {'strategy': {'type': 'Recreate', 'rollingUpdate': null}}}"));
  }

  @TestFactory
  Stream<DynamicTest> otherFieldsOfTheTemplateAreRefused() {
    String template = "nothing of a pod template but one annotation";
    String annotation = "sets the annotation kubectl.kubernetes.io/restartedAt on pod templates";
    return Stream.of(
        refused(
            "a new label",
            template,
            "{'spec': {'template': {'metadata': {'labels': {'team': 'a'}}}}}"),
        refused(
            "a new field of the pod",
            template,
            "{'spec': {'template': {'spec': {'hostNetwork': true}}}}"),
        refused(
            "a field of the pod removed",
            template,
            "{'spec': {'template': {'spec': {'nodeSelector': null}}}}"),
        refused(
            "another annotation",
            annotation,
            "{'spec': {'template': {'metadata': {'annotations': {'team': 'a'}}}}}"),
        refused(
            "an annotation changed",
            annotation,
            "{'spec': {'template': {'metadata': {'annotations': {'owner': 'b'}}}}}"),
        refused(
            "an annotation removed",
            annotation,
            "{'spec': {'template': {'metadata': {'annotations': {'owner': null}}}}}"));
  }

  @TestFactory
  Stream<DynamicTest> otherMetadataIsRefused() {
    String annotations = "sets annotations of wstuning.dev/ on workloads";
    String others = "changes no labels, owners or finalizers";
    return Stream.of(
        refused("another annotation", annotations, "{'metadata': {'annotations': {'team': 'a'}}}"),
        refused(
            "an annotation removed", annotations, "{'metadata': {'annotations': {'owner': null}}}"),
        refused("a label", others, "{'metadata': {'labels': {'team': 'a'}}}"),
        refused("a finalizer", others, "{'metadata': {'finalizers': ['example.com/never']}}"));
  }

  /** A test that this patch, with single quotes, is refused with this message. */
  private static DynamicTest refused(String name, String message, String patch) {
    return dynamicTest(
        name,
        () ->
            Stage.assertRefused(
                POLICY, message, () -> patch(deployment, patch.replace('\'', '"'))));
  }

  private static HasMetadata patch(HasMetadata workload, String body) {
    PatchContext dryRun =
        new PatchContext.Builder()
            .withPatchType(PatchType.STRATEGIC_MERGE)
            .withDryRun(List.of("All"))
            .build();
    return stage.operator.resource(workload).patch(dryRun, body);
  }

  private static Deployment deployment(String namespace) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(stage.namespace)
        .withNamespace(namespace)
        .addToAnnotations("owner", "a")
        .endMetadata()
        .withNewSpec()
        .withReplicas(0)
        .withNewSelector()
        .addToMatchLabels("app", stage.namespace)
        .endSelector()
        .withTemplate(template())
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template() {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Map.of("app", stage.namespace))
        .addToAnnotations("owner", "a")
        .endMetadata()
        .withSpec(Stage.podSpec())
        .build();
  }
}
