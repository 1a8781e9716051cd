package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.StrictScheduler;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pod of EKS Fargate, whose scheduler finds no node for privileged containers. */
@Tag("together")
class PendingOnFargateIT {

  private static final String NAMESPACE = "field-pending-on-fargate";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "pending-on-fargate");

  @Test
  void theServerRunsUntunedAndTheStatusSaysThatNothingElseIsPossibleThere() {
    field.applyAllBut("Deployment");
    cluster.awaitInjection(NAMESPACE, CHAT, true);

    try (StrictScheduler scheduler =
        StrictScheduler.start(cluster, NAMESPACE, "fargate-scheduler")) {
      field.apply("Deployment");

      assertThat(cluster.readyPod(NAMESPACE, CHAT)).matches(pod -> !Pods.isTuned(pod));
      assertThat(scheduler.refused()).as("pods that wait for a node").isEmpty();
      Condition ready =
          Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Ready", "False", "PodsSkipped");
      assertThat(ready.message()).contains("runs on a virtual node");
    }
  }
}
