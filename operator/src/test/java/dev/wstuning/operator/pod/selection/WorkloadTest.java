package dev.wstuning.operator.pod.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.TestPod;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadTest {

  @Test
  void aDeploymentIsFoundBehindItsReplicaSet() {
    assertThat(Workload.of(TestPod.named("chat-7d9c5b6f4-x").ofDeployment("chat").build()))
        .contains(new Workload("apps", "Deployment", "chat"));
  }

  @Test
  void aReplicaSetOfItsOwnIsNotTakenForADeployment() {
    assertThat(Workload.of(TestPod.named("chat-x").ownedBy("ReplicaSet", "chat").build()))
        .contains(new Workload("apps", "ReplicaSet", "chat"));
  }

  @Test
  void aRolloutIsFoundBehindItsReplicaSet() {
    Pod pod =
        TestPod.named("chat-6d5f-x")
            .with(
                p ->
                    p.editMetadata()
                        .addToLabels("rollouts-pod-template-hash", "6d5f")
                        .endMetadata())
            .ownedBy("ReplicaSet", "chat-6d5f")
            .build();

    assertThat(Workload.of(pod)).contains(new Workload("argoproj.io", "Rollout", "chat"));
  }

  @Test
  void anOwnerOfTheCoreGroupHasNone() {
    Pod pod = TestPod.named("chat-x").ownedBy("v1", "ReplicationController", "chat").build();

    assertThat(Workload.of(pod)).contains(new Workload("", "ReplicationController", "chat"));
  }

  @ParameterizedTest
  @CsvSource({
    "apps, Deployment, ROLLOUT",
    "apps, StatefulSet, ROLLOUT",
    "apps, DaemonSet, ROLLOUT",
    "apps, ReplicaSet, DELETION",
    "argoproj.io, Rollout, ARGO_ROLLOUT",
    "apps.kruise.io, CloneSet, DELETION",
    "apps.kruise.io, StatefulSet, DELETION",
    "batch, Job, NEXT_RUN"
  })
  void podsOfEachKindAreReplacedInTheirWay(
      String group, String kind, Workload.Replacement replacement) {
    Workload workload = new Workload(group, kind, "chat");

    assertThat(workload.replacement()).isEqualTo(replacement);
    assertThat(workload.restartable()).isEqualTo(replacement == Workload.Replacement.ROLLOUT);
    assertThat(workload).hasToString(kind.toLowerCase(Locale.ROOT) + "/chat");
  }

  @Test
  void aBarePodHasNone() {
    assertThat(Workload.of(TestPod.named("chat").build())).isEmpty();
  }

  @Test
  void anOwnerThatDoesNotControlThePodWillNotReplaceIt() {
    Pod pod =
        TestPod.named("chat")
            .with(
                p ->
                    p.editMetadata()
                        .addNewOwnerReference()
                        .withKind("Node")
                        .withName("node-1")
                        .endOwnerReference()
                        .endMetadata())
            .build();

    assertThat(Workload.of(pod)).isEmpty();
  }
}
