package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.ApiServer;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No replica of the operator is left, and the API server is stopped: the node tunes as before. */
abstract class AwayStory {

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final ServerByNode server;

  AwayStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
    this.server = new ServerByNode(cluster, site, cluster.namespace("away"));
  }

  @AfterEach
  void restore() {
    ApiServer.start();
    Operator.scale(2);
    cluster.delete(server.namespace());
    offer.withdraw();
  }

  /** The limit belongs to a container; sysctls and programs to the sandbox, which is made again. */
  @Test
  void aContainerAndASandboxThatAreMadeAgainAreTuned() {
    offer.make(ServerByNode.OFFER);
    server.tune();
    server.deploy();
    Pod pod = server.pod();
    long first = server.pid(pod);
    server.mustBeTuned(first);
    leaveTheNodeAlone();

    end(first);
    long second = server.pidAfter(first, pod);
    server.mustBeTuned(second);

    site.host().stopSandbox(pod);
    long third = server.pidAfter(second, pod);
    assertThat(network(third)).as("another network namespace").isNotEqualTo(network(first));
    server.mustBeTuned(third);

    ApiServer.start();
    Operator.scale(2);
    Tunings.awaitCondition(
        cluster, server.namespace(), ServerByNode.TUNING, "Ready", "True", "Effective");
  }

  /** It has no one to fetch plans from, and serves by those that it kept. */
  @Test
  void anAgentThatStartsMeanwhileTunesByThePlansThatItKept() {
    offer.make(ServerByNode.OFFER);
    server.tune();
    server.deploy();
    Pod pod = server.pod();
    long first = server.pid(pod);
    Pod agent = agent();
    long itself = agentPid(agent);
    leaveTheNodeAlone();

    end(itself);
    Awaitility.await("another process of the agent")
        .ignoreException(AssertionError.class)
        .until(() -> agentPid(agent) != itself);
    Installation.pause(Duration.ofSeconds(5)); // until the runtime has it as a plugin
    end(first);
    site.host().stopSandbox(pod);

    server.mustBeTuned(server.pidAfter(first, pod));
  }

  private static void leaveTheNodeAlone() {
    Operator.scale(0);
    ApiServer.stop();
  }

  private void end(long pid) {
    site.host().run("kill", "-KILL", String.valueOf(pid));
  }

  private String network(long pid) {
    return site.host().run("readlink", "/proc/%d/ns/net".formatted(pid)).strip();
  }

  private Pod agent() {
    List<Pod> agents =
        NodeAgent.pods(cluster).stream()
            .filter(p -> site.node().equals(p.getSpec().getNodeName()))
            .toList();
    assertThat(agents).hasSize(1);
    return agents.get(0);
  }

  /** In a container that the API server may not know yet. */
  private long agentPid(Pod agent) {
    Host host = site.host();
    return host.processes(agent).stream()
        .filter(pid -> host.name(pid).startsWith("node-agent"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process of the agent"));
  }
}
