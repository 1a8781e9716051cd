package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Tunings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator finds out by itself that API servers do not reach its webhook. */
@NeedsTheNode
class WebhookReachabilityIT {

  private static final String TABLE = "wstuning_test";

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("reachability");
  }

  @AfterEach
  void restore() {
    Command.attempt("nft", "delete", "table", "inet", TABLE);
    cluster.delete(namespace);
  }

  @Test
  void aBlockedPortIsToldWithinAMinuteAndSoIsItsEnd() {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: chat}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "NoPods");

    block();

    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "False", "WebhookUnreachable");
    assertThat(cluster.tuning(namespace, "chat").getStatus().summary()).isNotNull();

    Command.run("nft", "delete", "table", "inet", TABLE);

    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "NoPods");
  }

  /** Drops what the host sends to the webhook's port of the operator's pods. */
  private void block() {
    Command.run("nft", "add", "table", "inet", TABLE);
    Command.run(
        "nft",
        "add",
        "chain",
        "inet",
        TABLE,
        "out",
        "{ type filter hook output priority 100; policy accept; }");
    Operator.replicas(cluster.client())
        .forEach(
            pod ->
                Command.run(
                    "nft",
                    "add",
                    "rule",
                    "inet",
                    TABLE,
                    "out",
                    "ip",
                    "daddr",
                    pod.getStatus().getPodIP(),
                    "tcp",
                    "dport",
                    "8443",
                    "drop"));
  }
}
