package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An unchanged world causes no write. With 10,000 pods {@code make scale} watches for longer. */
@NeedsTheNode
class QuietIT {

  private static final String KEEPALIVE =
      "keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}\n";
  private static final Duration WATCHED = Duration.ofMinutes(2);

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  /**
   * Two kinds of request are no change of the world and are left out: the renewal of the leader's
   * lease, and the dry run by which the webhook is tested, which stores nothing.
   */
  @Test
  void twoMinutesWithoutAWrite() {
    namespace = cluster.namespace("quiet");
    AuditLog before = AuditLog.fromNow();
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);
    // A sibling that keeps the configuration alive, and one that has no entry in it any more.
    cluster.tune(namespace, "other", "selector: {matchLabels: {app: other}}\n" + KEEPALIVE);
    cluster.tune(namespace, "observing", "selector: {matchLabels: {app: third}}\n" + KEEPALIVE);
    cluster.awaitInjection(namespace, "observing", true);
    cluster.tune(
        namespace,
        "observing",
        "mode: Observe\nselector: {matchLabels: {app: third}}\n" + KEEPALIVE);
    cluster.awaitInjection(namespace, "observing", false);
    Servers.deploy(cluster.client(), namespace, "server-go");
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
    assertThat(before.changesByTheOperator()).as("the audit log sees the operator").isNotEmpty();
    // The last events of the story itself pass.
    Installation.pause(Duration.ofSeconds(10));

    AuditLog log = AuditLog.fromNow();
    Installation.pause(WATCHED);

    assertThat(log.changesByTheOperator()).isEmpty();
    // And it was awake all the while.
    Command.kubectl("-n", namespace, "rollout", "restart", "deployment/server-go");
    Tunings.awaitStatus(
        cluster, namespace, "chat", "noticed", t -> !log.changesByTheOperator().isEmpty());
  }
}
