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
    assertThatCode(() -> Stage.evict(stage.operator, pod)).doesNotThrowAnyException();
  }

  @Test
  void podsOfTheSystemAndOfTheOperatorAreNotEvicted() {
    for (String namespace : List.of("kube-system", Stage.OWN_NAMESPACE, "wstuning-nodes")) {
      Pod pod = stage.pod(namespace);
      Stage.assertRefused(
          "wstuning-evictions",
          "evicts no pods of kube-system, wstuning-system and wstuning-nodes",
          () -> Stage.evict(stage.operator, pod));
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
}
