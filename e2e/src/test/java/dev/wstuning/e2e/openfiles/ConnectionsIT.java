package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.LoadClient;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What it is all for: how many WebSockets one server process holds. */
@NeedsTheNode
class ConnectionsIT {

  private static final int WANTED = 12_000;

  private final Installation cluster = Installation.withOperator();
  private final NodeAgent agent = new NodeAgent(cluster);
  private final Host.Limit given = Runtime.usualLimit();
  private final String namespace = cluster.namespace("crowd");

  @AfterEach
  void removeWhatIsTuned() {
    cluster.delete(namespace);
    agent.remove();
  }

  @Test
  void aTunedServerHoldsTenThousandWhereAnUntunedOneStopsAtOne() {
    Runtime.give(given);
    agent.grantUpTo(given.hard());
    cluster.tune(
        namespace,
        "crowd",
        """
        selector: {matchLabels: {app: tuned}}
        connections: {perPod: 12000}
        """);
    cluster.awaitInjection(namespace, "crowd", true);

    Held untuned = hold("untuned", () -> {});
    Held tuned = hold("tuned", this::awaitNearLimit);

    Tunings.awaitEffective(cluster, namespace, "crowd", "Effective");
    assertThat(untuned.limit).isEqualTo(given.soft());
    assertThat(untuned.byClient).isBetween(950, (int) given.soft());
    assertThat(tuned.byClient).as("open at the client").isGreaterThan(10_000);
    assertThat(tuned.byHost).as("open at the server").isGreaterThan(10_000);
  }

  /** Open WebSockets of one server: those that answered the client, those that the kernel has. */
  private record Held(long limit, int byClient, int byHost) {}

  /** The pod is looked at again while it holds more than four fifths of what it can. */
  private void awaitNearLimit() {
    Command.kubectl(
        "-n", namespace, "annotate", "wst", "crowd", "wstuning.dev/observe=" + System.nanoTime());
    await("the event of a pod near its limit")
        .until(
            () ->
                cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
                    .anyMatch(e -> e.getReason().equals("NearLimit")));
  }

  private Held hold(String name, Runnable meanwhile) {
    Servers.deployAs(cluster.client(), namespace, "server-python", name, UnaryOperator.identity());
    Pod pod = cluster.readyPod(namespace, name);
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);

    LoadClient client = LoadClient.start(cluster, namespace, pod, WANTED, Duration.ofSeconds(20));
    client.awaitHolding();
    int byHost = Host.LOCAL.accepted(pid, Servers.PORT).size();
    meanwhile.run();
    LoadClient.Count count = client.count();

    Held held = new Held(Host.LOCAL.openFiles(pid).soft(), count.open(), byHost);
    System.out.printf(
        "%s server, open files limit %d: %d of %d WebSockets open by the client's count, %d by the"
            + " host's%n",
        name, held.limit, held.byClient, WANTED, held.byHost);
    return held;
  }
}
