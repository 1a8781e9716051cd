package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The runtime gives more than the tuning allows, and Node.js raises its soft limit to all of it.
 */
@Tag("together")
@NeedsTheNode
class LimitTooHighIT {

  private static final String NAMESPACE = "field-limit-too-high";
  private static final long MAXIMUM = 4096;

  private final Installation cluster = Installation.withOperator();
  private final NodeAgent agent = new NodeAgent(cluster);

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "limit-too-high");

  /** The agent of a node stays until the last container with a grant has ended. */
  @AfterEach
  void removeServerAndAgent() {
    cluster.delete(NAMESPACE);
    agent.remove();
  }

  @Test
  void withoutAnAgentTheStatusSaysWhatHelpsAndWithOneTheLimitIsHeld() {
    field.apply("Namespace", "WebSocketTuning");
    cluster.awaitInjection(NAMESPACE, CHAT, true);
    field.apply("Deployment");

    Condition without =
        Tunings.awaitCondition(
            cluster, NAMESPACE, CHAT, "Effective", "False", "OpenFilesAboveMaximum");
    assertThat(without.message())
        .contains("want at most 4096; no node agent serves the node")
        .contains("Next: let a WebSocketNodeTuning with openFiles select node ");

    agent.grantUpTo(20_000);
    agent.awaitServing();
    Command.kubectl("-n", NAMESPACE, "rollout", "restart", "deployment/chat");

    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "True", "Effective");
    Command.kubectl("-n", NAMESPACE, "rollout", "status", "deployment/chat", "--timeout=60s");
    long pid =
        Host.LOCAL.serverPid(cluster.readyPod(NAMESPACE, CHAT), Servers.CONTAINER, Servers.PORT);
    assertThat(Host.LOCAL.openFiles(pid).hard()).isEqualTo(MAXIMUM);
    assertThat(Host.LOCAL.openFiles(pid).soft()).isLessThanOrEqualTo(MAXIMUM);
  }
}
