package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.WebhookEnforcer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Another controller keeps changing the webhook configurations of a cluster, for as many seconds as
 * {@code enforcer.seconds}.
 */
@NeedsTheNode
class EnforcerOfWebhookConfigurationsIT {

  private static final String NAMESPACE = "field-enforcer-of-webhook-configurations";
  private static final int SECONDS = Integer.getInteger("enforcer.seconds", 30);

  /** After 0, 1, 2, 4, 8, ... s, and what a restart of the pauses may add. */
  private static final long REPAIRS = 3 + Math.round(Math.log(SECONDS + 1) / Math.log(2));

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension
  private final FieldCase field = new FieldCase(cluster, "enforcer-of-webhook-configurations");

  /**
   * At the same time: one that adds what it wants, and one that removes what the operator wants.
   */
  @Test
  void whatItAddsStaysAndWhatItUndoesIsRepairedLessAndLessOften() {
    String stripped = cluster.namespace("stripped");
    try {
      field.applyAllBut("Deployment");
      cluster.tune(
          stripped,
          CHAT,
          """
          selector: {matchLabels: {app: chat}}
          deadPeers: {withinSeconds: 60}
          onFailure: {operatorDown: Reject}
          """);
      cluster.awaitInjection(NAMESPACE, CHAT, true);
      cluster.awaitInjection(stripped, CHAT, true);
      AuditLog log = AuditLog.fromNow();
      long added;
      try (WebhookEnforcer adds = WebhookEnforcer.thatAddsExclusions(cluster, NAMESPACE);
          WebhookEnforcer strips = WebhookEnforcer.thatRemovesMatchConditions(cluster, stripped)) {
        Installation.pause(Duration.ofSeconds(SECONDS));
        added = adds.writes();
        assertThat(strips.writes()).as("the operator repairs it").isPositive();
      }

      assertThat(added).as("what it adds stays").isEqualTo(1);
      assertThat(writes(log, NAMESPACE)).isZero();
      assertThat(writes(log, stripped)).isBetween(1L, REPAIRS);
      field.apply("Deployment");
      assertThat(cluster.readyPod(NAMESPACE, CHAT)).matches(Pods::isTuned);
    } finally {
      cluster.delete(stripped);
    }
  }

  /** How often the operator wrote the configuration of a namespace. */
  private static long writes(AuditLog log, String namespace) {
    return log.changesByTheOperator().stream()
        .filter(w -> w.uri().contains("mutatingwebhookconfigurations/wstuning-" + namespace))
        .count();
  }
}
