package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is at the other end of the connections, and that looking at them changes nothing. */
@Tag("together")
@NeedsTheNode
class PeersIT {

  private static final Pattern RETRANSMISSIONS = Pattern.compile("retrans:\\S+");

  private final Installation cluster = Installation.withOperator();
  private final List<WebSocket> clients = new ArrayList<>();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("peers");
  }

  @AfterEach
  void deleteNamespace() {
    clients.forEach(WebSocket::abort);
    cluster.delete(namespace);
  }

  /** The clients are there before the server is looked at, and all come from the node. */
  @Test
  void manyConnectionsFromOneAddressAreLikelyAProxy() {
    tune("observation: {probe: Never}");
    Pod pod = server();
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    connect(12);

    observeAgain();

    WebSocketTuning tuning = awaitReason("BehindProxy");
    ObservedPort port = tuning.getStatus().observations().get(0).ports().get(0);
    assertThat(port.connections()).isEqualTo(12);
    assertThat(port.peers()).isEqualTo("LikelyProxy");
    assertThat(port.evidence()).isEqualTo("Existing");
    assertThat(port.setBy()).isEqualTo("Kernel");
    assertThat(Tunings.condition(tuning, "Effective").orElseThrow().message())
        .contains("12 connections", "from 1 address")
        .contains("Next: ");
    assertThat(Host.LOCAL.accepted(pid, Servers.PORT)).as("all are still there").hasSize(12);
    assertThat(retransmissions(pid)).as("nobody had to repeat anything").isEmpty();
  }

  @Test
  void aLoadBalancerThatCutsBeforeTheFirstProbeIsTold() {
    tune("path: [{name: nlb, idleSeconds: 240}]");
    server();

    WebSocketTuning tuning = awaitReason("BalancerCutsFirst");

    assertThat(tuning.getStatus().summary().effective()).isEqualTo("1/1");
    assertThat(Tunings.condition(tuning, "Effective").orElseThrow().message())
        .contains("Next: set spec.keepalive.timeSeconds below 213");
  }

  private void tune(String more) {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-node}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        %s
        """
            .formatted(more));
    cluster.awaitInjection(namespace, "chat", true);
  }

  private Pod server() {
    Servers.deploy(cluster.client(), namespace, "server-node", "default");
    return cluster.readyPod(namespace, "server-node");
  }

  private void connect(int count) {
    for (int i = 0; i < count; i++) {
      clients.add(Servers.connect(cluster.client(), namespace, "server-node"));
    }
  }

  private void observeAgain() {
    Tunings.awaitStatus(
        cluster, namespace, "chat", "first look", t -> t.getStatus().lastObservedTime() != null);
    Command.kubectl(
        "-n", namespace, "annotate", "wst", "chat", "--overwrite", "wstuning.dev/observe=again");
  }

  private WebSocketTuning awaitReason(String reason) {
    return Tunings.awaitEffective(cluster, namespace, "chat", reason);
  }

  private static List<String> retransmissions(long pid) {
    Matcher matcher =
        RETRANSMISSIONS.matcher(
            Command.run(
                "nsenter",
                "-t",
                String.valueOf(pid),
                "-n",
                "ss",
                "-tniH",
                "state",
                "established",
                "sport",
                "=",
                ":" + Servers.PORT));
    return matcher.results().map(r -> r.group()).toList();
  }
}
