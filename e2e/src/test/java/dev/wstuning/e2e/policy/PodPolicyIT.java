package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operator may evict pods outside the system, and create pods as a dry run only. */
class PodPolicyIT {

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
  void aPodOfANamespaceMayBeEvicted() {
    Pod pod = stage.pod(stage.namespace);
    assertThatCode(() -> evict(pod)).doesNotThrowAnyException();
  }

  @Test
  void podsOfTheSystemAndOfTheOperatorAreNotEvicted() {
    for (String namespace : List.of("kube-system", Stage.OWN_NAMESPACE)) {
      Pod pod = stage.pod(namespace);
      Stage.assertRefused(
          "wstuning-evictions",
          "evicts no pods of kube-system and wstuning-system",
          () -> evict(pod));
    }
  }

  @Test
  void theSelfTestIsAllowed() {
    assertThat(stage.operator.resource(pod()).dryRun().create().getMetadata().getUid())
        .isNotBlank();
  }

  @Test
  void aRealPodIsRefused() {
    Stage.assertRefused(
        "wstuning-pods", "creates pods as a dry run only", () -> create(stage.operator));
  }

  /** A pod that is accepted, because the policy is too new, is not left behind. */
  private static void create(KubernetesClient client) {
    Pod created = client.resource(pod()).create();
    stage.admin.resource(created).withGracePeriod(0).delete();
  }

  private static Pod pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("wst-policy-")
        .withNamespace(Stage.OWN_NAMESPACE)
        .endMetadata()
        .withSpec(Stage.podSpec())
        .build();
  }

  private static void evict(Pod pod) {
    String eviction =
        """
        {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "%1$s"},
         "deleteOptions": {"dryRun": ["All"]}}
        """
            .formatted(pod.getMetadata().getName());
    stage.operator.raw(
        "/api/v1/namespaces/%s/pods/%s/eviction?dryRun=All"
            .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName()),
        "POST",
        eviction);
  }
}
