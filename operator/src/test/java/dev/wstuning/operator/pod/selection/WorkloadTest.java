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
        .contains(new Workload("Deployment", "chat"));
  }

  @Test
  void aReplicaSetOfItsOwnIsNotTakenForADeployment() {
    assertThat(Workload.of(TestPod.named("chat-x").ownedBy("ReplicaSet", "chat").build()))
        .contains(new Workload("ReplicaSet", "chat"));
  }

  @ParameterizedTest
  @CsvSource({
    "Deployment, true",
    "StatefulSet, true",
    "DaemonSet, true",
    "ReplicaSet, false",
    "Job, false"
  })
  void someKindsCanBeRestarted(String kind, boolean restartable) {
    Workload workload = new Workload(kind, "chat");

    assertThat(workload.restartable()).isEqualTo(restartable);
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
