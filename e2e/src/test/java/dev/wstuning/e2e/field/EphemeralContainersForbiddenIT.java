package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.Deadline;
import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No pod can be observed, and the tuning is to restart all of them. */
@NeedsTheNode
class EphemeralContainersForbiddenIT {

  private static final String NAMESPACE = "field-ephemeral-containers-forbidden";
  private static final int PODS = 3;

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension
  private final FieldCase field = new FieldCase(cluster, "ephemeral-containers-forbidden");

  @Test
  void theRestartGoesOnAndTheStatusHasTheWordsOfThePolicy() {
    field.applyAllBut("WebSocketTuning");
    Tunings.awaitReplicas(cluster, NAMESPACE, CHAT, PODS);
    field.apply("WebSocketTuning");

    await("all pods are replaced by tuned ones")
        .atMost(Deadline.STATE.multipliedBy(2))
        .until(
            () ->
                cluster.pods(NAMESPACE, CHAT).stream()
                        .filter(Installation::ready)
                        .filter(Pods::isTuned)
                        .count()
                    == PODS);
    Condition effective =
        Tunings.awaitCondition(
            cluster, NAMESPACE, CHAT, "Effective", "Unknown", "ObservationFailed");
    assertThat(effective.message())
        .contains("ephemeral containers are not allowed in this cluster")
        .contains("Next: exempt ephemeral containers called wst-observe-*");

    AuditLog log = AuditLog.fromNow();
    Installation.pause(Duration.ofSeconds(30));
    assertThat(
            log.changesByTheOperator().stream()
                .filter(w -> w.uri().contains(NAMESPACE))
                .filter(w -> w.uri().contains("/ephemeralcontainers")))
        .as("what is refused is not repeated all the time")
        .hasSizeLessThanOrEqualTo(PODS);
  }
}
