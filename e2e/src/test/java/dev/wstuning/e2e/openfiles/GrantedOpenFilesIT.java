package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The open files limit that the node agent grants when a container is created. */
@NeedsTheNode
class GrantedOpenFilesIT {

  private final Installation cluster = Installation.withOperator();
  private final NodeAgent agent = new NodeAgent(cluster);
  private final Host.Limit given = Runtime.usualLimit();
  private final OpenFilesStory story = new OpenFilesStory(cluster, cluster.namespace("granted"));

  @AfterEach
  void removeWhatIsTuned() {
    cluster.delete(story.namespace());
    agent.remove();
  }

  @Test
  void aServerBootsWithWhatWasAskedFor() {
    Runtime.give(given);
    agent.grantUpTo(given.hard());
    story.tune("server-python", "openFiles: {minimum: 15000}");
    Servers.deploy(cluster.client(), story.namespace(), "server-python");

    OpenFilesLimit seen = story.awaitEffective("Effective");

    assertThat(seen.mechanism()).isEqualTo("NodeAgent");
    assertThat(story.limitOf("server-python")).isEqualTo(new Host.Limit(15_000, given.hard()));
    agent.awaitOpenFiles(
        "reports what it granted", s -> Long.valueOf(given.hard()).equals(s.highestGrant()));
  }

  /** Such a pod is never tuned, but the agent sets the limit from outside. */
  @Test
  void aServerWithSharedProcessesBootsWithItToo() {
    Runtime.give(given);
    agent.grantUpTo(given.hard());
    story.tune("server-python", "openFiles: {minimum: 15000}");
    Servers.deploy(
        cluster.client(),
        story.namespace(),
        "server-python",
        d -> d.getSpec().getTemplate().getSpec().setShareProcessNamespace(true));

    assertThat(story.limitOf("server-python").soft()).isEqualTo(15_000);
    Condition applied =
        Tunings.awaitCondition(
            cluster, story.namespace(), OpenFilesStory.TUNING, "Applied", "False", "PodsSkipped");
    assertThat(applied.message()).contains("only open files are requested");
  }

  @Test
  void moreThanTheNodeCanGiveIsClampedAndTheStatusSaysWhatBinds() {
    Runtime.give(given);
    agent.grantUpTo(1_048_576);
    story.tune("server-python", "openFiles: {minimum: 500000}");
    Servers.deploy(cluster.client(), story.namespace(), "server-python");

    OpenFilesLimit seen = story.awaitEffective("OpenFilesBelowMinimum");

    assertThat(story.limitOf("server-python"))
        .isEqualTo(new Host.Limit(given.hard(), given.hard()));
    assertThat(seen.soft()).isEqualTo(given.hard());
    story.awaitEffectiveMessage("grants at most " + given.hard(), "Next: ");
  }

  /** containerd is restarted under the agent, as an upgrade of its package does. */
  @Test
  void afterARestartOfTheRuntimeTheAgentServesAgain() {
    Runtime.give(given);
    agent.grantUpTo(given.hard());
    story.tune("later", "openFiles: {minimum: 15000}");
    Servers.deploy(cluster.client(), story.namespace(), "server-python");
    long before = story.pidOf("server-python");

    Runtime.restart();

    // Until the agent has noticed; then its word counts.
    Installation.pause(Duration.ofSeconds(2));
    agent.awaitServing();
    assertThat(story.pidOf("server-python")).as("the server that ran").isEqualTo(before);
    Servers.deployAs(cluster.client(), story.namespace(), "server-python", "later", y -> y);
    assertThat(story.limitOf("later").soft()).isEqualTo(15_000);
  }
}
