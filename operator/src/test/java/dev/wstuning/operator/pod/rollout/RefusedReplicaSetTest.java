package dev.wstuning.operator.pod.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusedReplicaSetTest {

  @Test
  void whoeverRefusesItsPodsIsQuoted() {
    assertThat(why(failing("FailedCreate", "exceeded quota"))).contains("exceeded quota");
  }

  @Test
  void aRefusalWithoutWordsIsOne() {
    assertThat(why(failing("FailedCreate", null))).isPresent();
  }

  @Test
  void podsThatCannotBeDeletedAreNoneThatCannotBeCreated() {
    assertThat(why(failing("FailedDelete", "no"))).isEmpty();
  }

  @Test
  void replicaSetsThatWorkAreFine() {
    assertThat(why(new ReplicaSetBuilder().build())).isEmpty();
  }

  private static Optional<String> why(ReplicaSet replicaSet) {
    return RefusedReplicaSet.of(replicaSet).map(RefusedReplicaSet::why);
  }

  private static ReplicaSet failing(String reason, String message) {
    return new ReplicaSetBuilder()
        .withNewMetadata()
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("ReplicaFailure")
        .withStatus("True")
        .withReason(reason)
        .withMessage(message)
        .endCondition()
        .endStatus()
        .build();
  }
}
