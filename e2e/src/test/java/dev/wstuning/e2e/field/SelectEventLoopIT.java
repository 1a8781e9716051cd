package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Tunings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server whose event loop cannot hold the descriptors that its limit allows. */
@Tag("together")
@NeedsTheNode
class SelectEventLoopIT {

  private static final String NAMESPACE = "field-select-event-loop";

  private final Installation cluster = Installation.withOperator();
  private final NodeAgent agent = new NodeAgent(cluster);

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "select-event-loop");

  /** The agent of a node stays until the last container with a grant has ended. */
  @AfterEach
  void removeServerAndAgent() {
    cluster.delete(NAMESPACE);
    agent.remove();
  }

  @Test
  void theStatusSaysWhatTheEventLoopMayNotHold() {
    agent.grantUpTo(Runtime.usualLimit().hard());
    field.apply("Namespace", "WebSocketTuning");
    cluster.awaitInjection(NAMESPACE, CHAT, true);
    field.apply("Deployment");

    String message =
        Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "True", "EventLoopUnclear")
            .message();

    assertThat(message).contains("select(2)", "Next: ", "ext-uv");
    assertThat(
            cluster.tuning(NAMESPACE, CHAT).getStatus().observations().get(0).capacity().bounds())
        .filteredOn(bound -> bound.limit().equals("OpenFiles"))
        .singleElement()
        .satisfies(bound -> assertThat(bound.assumes()).contains("select(2)"));
  }
}
