package dev.wstuning.e2e.node;

import static dev.wstuning.e2e.node.NodeSysctls.BACKLOG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A change of a node's value by something else is found, reported and reverted, also after a
 * reboot.
 */
@NeedsTheNode
class NodeDriftIT {

  @RegisterExtension final NodeSysctls sysctls = new NodeSysctls();

  private final Installation cluster = Installation.withOperator();
  private long wanted;

  @BeforeEach
  void tune() {
    wanted = sysctls.original(BACKLOG) + 1000;
    NodeTunings.tune(
        cluster, "big", "sysctls: [{name: %s, value: \"%d\"}]".formatted(BACKLOG, wanted));
    NodeTunings.awaitApplied(cluster, "big");
  }

  @Test
  void driftIsFoundWithinAMinuteAndUndone() {
    Instant changed = Instant.now();
    NodeSysctls.write(BACKLOG, wanted - 1);

    Condition drifted = NodeTunings.awaitReady(cluster, "big", "False", "Drifted");

    assertThat(Duration.between(changed, Instant.now())).isLessThan(Duration.ofSeconds(60));
    assertThat(drifted.message())
        .contains("changed %s from %d to %d".formatted(BACKLOG, wanted, wanted - 1));
    NodeSysctls.await(BACKLOG, wanted);
    NodeTunings.awaitApplied(cluster, "big");
    assertThat(events()).extracting(Event::getReason).contains("Drifted", "Applied");
  }

  @Test
  void whatARebootForgotIsAppliedAgain() {
    Pod agent = NodeTunings.agent(cluster);

    // A kernel that starts has its own values, and the kubelet makes new sandboxes for its pods.
    NodeSysctls.write(BACKLOG, sysctls.original(BACKLOG));
    Host.LOCAL.stopSandbox(agent);

    NodeSysctls.await(BACKLOG, wanted);
    assertThat(NodeTunings.agent(cluster).getMetadata().getUid())
        .as("the same pod, whose agent started again")
        .isEqualTo(agent.getMetadata().getUid());
    NodeTunings.awaitApplied(cluster, "big");
  }

  private List<Event> events() {
    String uid = NodeTunings.get(cluster, "big").getMetadata().getUid();
    return cluster.client().v1().events().inNamespace("default").list().getItems().stream()
        .filter(e -> uid.equals(e.getInvolvedObject().getUid()))
        .toList();
  }
}
