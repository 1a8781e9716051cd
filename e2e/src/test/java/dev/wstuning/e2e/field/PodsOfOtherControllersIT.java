package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods of a controller that the operator does not restart, and for which kubectl has no word. */
@Tag("together")
class PodsOfOtherControllersIT {

  private static final String NAMESPACE = "field-pods-of-other-controllers";
  private static final int PODS = 5;

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension
  private final FieldCase field = new FieldCase(cluster, "pods-of-other-controllers");

  @Test
  void theStatusHasTheCommandOfTheirControllerAndNoPodIsEvicted() {
    field.apply("Namespace", "ReplicaSet");
    Tunings.awaitReplicas(cluster, NAMESPACE, CHAT, PODS);
    List<String> before = uids();
    field.apply("WebSocketTuning");

    Condition ready =
        Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Ready", "False", "RestartPending");

    assertThat(ready.message())
        .contains(PODS + " pods created before the current settings")
        .contains("StatefulSets and DaemonSets only, not rollout/chat")
        .contains("Next: kubectl argo rollouts -n %s restart chat".formatted(NAMESPACE));
    Installation.pause(Duration.ofSeconds(10));
    assertThat(uids()).isEqualTo(before);

    cluster.client().pods().inNamespace(NAMESPACE).withLabel("app", CHAT).delete();

    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Ready", "True", "Effective");
    assertThat(cluster.pods(NAMESPACE, CHAT)).hasSize(PODS).allMatch(Pods::isTuned);
  }

  private List<String> uids() {
    return cluster.pods(NAMESPACE, CHAT).stream()
        .map(Pod::getMetadata)
        .map(m -> m.getUid())
        .sorted()
        .toList();
  }
}
