package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An update names an image of the node agent that does not exist. */
@NeedsTheNode
class MissingAgentImageIT {

  private static final String TUNING = "update";

  @RegisterExtension final NodeSysctls sysctls = new NodeSysctls();

  private final Installation cluster = Installation.withOperator();

  @AfterEach
  void goBack() {
    cluster.install(UnaryOperator.identity());
  }

  @Test
  void theAgentBeforeStaysAndWorksUntilTheUpdateIsTakenBack() {
    long first = sysctls.original(NodeSysctls.BACKLOG) + 1000;
    tune(first);
    NodeTunings.awaitApplied(cluster, TUNING);
    Pod before = NodeTunings.agent(cluster);

    cluster.install(manifest -> replaced(manifest, "/node-agent:", "/node-agent:missing-"));

    Condition failed = NodeTunings.awaitReady(cluster, TUNING, "False", "AgentNotRunning");
    assertThat(failed.message())
        .contains(
            "a new pod of the node agent does not run on " + before.getSpec().getNodeName(),
            "and the one before stays",
            "Next: ");
    tune(first + 1000);
    await("the agent before applies a change")
        .until(() -> NodeSysctls.read(NodeSysctls.BACKLOG), String.valueOf(first + 1000)::equals);
    assertThat(uids()).contains(before.getMetadata().getUid());

    goBack();

    NodeTunings.awaitApplied(cluster, TUNING);
    assertThat(uids()).containsExactly(before.getMetadata().getUid());
  }

  private void tune(long backlog) {
    NodeTunings.tune(
        cluster,
        TUNING,
        "sysctls: [{name: %s, value: \"%d\"}]".formatted(NodeSysctls.BACKLOG, backlog));
  }

  private List<String> uids() {
    return NodeAgent.pods(cluster).stream()
        .filter(Installation::ready)
        .map(p -> p.getMetadata().getUid())
        .toList();
  }

  /** In the Deployment and in the policy. */
  private static String replaced(String manifest, String from, String to) {
    assertThat(manifest.split(from, -1)).as("the images of the node agent").hasSize(3);
    return manifest.replace(from, to);
  }
}
