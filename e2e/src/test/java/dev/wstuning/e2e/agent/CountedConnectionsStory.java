package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.LoadClient;
import dev.wstuning.e2e.support.LoadClient.Ending;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.CountedConnections;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Connections of one server that end in each way: the status has the numbers of the clients, and
 * those that the kernel counts by itself in the pod's network namespace.
 */
abstract class CountedConnectionsStory {

  private static final String APP = "server-go";
  private static final String TUNING = "chat";

  private static final int STAY = 4000;
  private static final int CLOSED = 2500;
  private static final int SAID_GOODBYE = 1500;
  private static final int RESET = 1500;
  private static final int VANISHED = 500;
  private static final int ALL = STAY + CLOSED + SAID_GOODBYE + RESET + VANISHED;

  private static final Duration SHORT = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final Duration IN_THE_STATUS_WITHIN = Duration.ofSeconds(15);

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final String namespace = cluster.namespace("counted");

  CountedConnectionsStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
  }

  @AfterEach
  void withdraw() {
    NodeAgent.letCome(cluster);
    cluster.delete(namespace);
    offer.withdraw();
  }

  @Test
  void tenThousandConnectionsAreCountedExactlyByTheirEnds() {
    offer.make();
    tune("NodeAgent");
    Pod pod = server();
    long pid = site.host().serverPid(pod, Servers.CONTAINER, Servers.PORT);
    Instant before = Instant.now();

    LoadClient stay = client("stay", pod, STAY, LONG, Ending.CLOSE);
    LoadClient vanishing = client("vanish", pod, VANISHED, LONG, Ending.CLOSE);
    vanishing.awaitHolding();
    vanishing.vanish(site.host(), pod);
    LoadClient closing = client("close", pod, CLOSED, SHORT, Ending.CLOSE);
    mustEnd(closing, CLOSED);
    mustEnd(client("goodbye", pod, SAID_GOODBYE, SHORT, Ending.GOODBYE), SAID_GOODBYE);
    mustEnd(client("reset", pod, RESET, SHORT, Ending.RESET), RESET);
    stay.awaitHolding();
    await("the kernel gives up those that vanished")
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> dead(pid) == VANISHED && open(pid) == STAY);
    Instant ended = Instant.now();

    CountedConnections counted = awaitCounts(STAY, CLOSED, SAID_GOODBYE, RESET, VANISHED);

    assertThat(Duration.between(ended, Instant.now()))
        .as("from the last end to the status")
        .isLessThan(IN_THE_STATUS_WITHIN);
    assertThat(Instant.parse(counted.since())).as("nothing came earlier").isBefore(before);
    assertThat(site.host().counted(pid, "TcpPassiveOpens")).isEqualTo(ALL);
    assertThat(site.host().counted(pid, "TcpEstabResets")).isEqualTo(RESET + VANISHED);
    assertThat(open(pid)).as("the same while the status was waited for").isEqualTo(STAY);
  }

  /** The kernel counts on without an agent; the next one finds what it missed. */
  @Test
  void anAgentThatIsReplacedNeitherLosesNorDoublesConnections() {
    offer.make();
    tune("NodeAgent");
    Pod pod = server();
    LoadClient stay = client("stay", pod, 30, LONG, Ending.CLOSE);
    stay.awaitHolding();
    mustEnd(client("before", pod, 20, SHORT, Ending.RESET), 20);
    CountedConnections first = awaitCounts(30, 0, 0, 20, 0);

    NodeAgent.keepBack(cluster);
    await("no agent is left").until(() -> NodeAgent.pods(cluster).isEmpty());
    mustEnd(client("meanwhile", pod, 15, SHORT, Ending.CLOSE), 15);
    NodeAgent.letCome(cluster);
    offer.awaitReady();
    mustEnd(client("after", pod, 10, SHORT, Ending.GOODBYE), 10);

    CountedConnections later = awaitCounts(30, 15, 10, 20, 0);
    assertThat(later.since()).isEqualTo(first.since());
  }

  /** Where an agent runs, it does not matter what tuned the pod. */
  @Test
  void aPodThatWasTunedAtAdmissionIsCountedToo() {
    offer.make();
    tune("Admission");
    Pod pod = server();
    assertThat(pod.getSpec().getInitContainers()).hasSize(1);
    LoadClient stay = client("stay", pod, 30, LONG, Ending.CLOSE);
    stay.awaitHolding();
    mustEnd(client("reset", pod, 20, SHORT, Ending.RESET), 20);
    long pid = site.host().serverPid(pod, Servers.CONTAINER, Servers.PORT);

    CountedConnections counted = awaitCounts(30, 0, 0, 20, 0);

    assertThat(offer.metrics())
        .contains(
            "wstuning_node_agent_connections_open{namespace=\"%s\",tuning=\"%s\"} 30"
                .formatted(namespace, TUNING),
            "wstuning_node_agent_connections_ended_total{namespace=\"%s\",tuning=\"%s\",cause=\"reset\"} 20"
                .formatted(namespace, TUNING))
        .doesNotContain(pod.getMetadata().getName(), pod.getMetadata().getUid());
    assertThat(open(pid)).isEqualTo(counted.open().intValue());
    assertThat(site.host().counted(pid, "TcpEstabResets")).isEqualTo(counted.reset());
  }

  /** Nothing requests another observation. */
  @Test
  void aPodThatComesNearItsLimitIsReportedByItself() {
    offer.make("openFiles: {maximum: 2048}");
    tune("NodeAgent", "openFiles: {maximum: 1024}");
    Pod pod = server();
    LoadClient crowd = client("crowd", pod, 900, LONG, Ending.CLOSE);
    crowd.awaitHolding();

    await("the event of a pod near its limit")
        .until(
            () ->
                cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
                    .anyMatch(e -> e.getReason().equals("NearLimit")));
  }

  private void tune(String via, String... more) {
    cluster.tune(
        namespace,
        TUNING,
        """
        via: %s
        selector: {matchLabels: {app: %s}}
        deadPeers: {withinSeconds: 10}
        observation: {probe: Never}
        %s
        """
            .formatted(via, APP, String.join("\n", more)));
    if (via.equals("NodeAgent")) {
      cluster.awaitPlan(namespace, TUNING);
    } else {
      cluster.awaitInjection(namespace, TUNING, true);
    }
  }

  /** Without a readiness probe, whose connections would be counted with those of the clients. */
  private Pod server() {
    Servers.deployAs(
        cluster.client(),
        namespace,
        APP,
        APP,
        yaml -> Servers.withoutProbe(site.pinned().apply(yaml)));
    Pod pod = cluster.readyPod(namespace, APP);
    await("the server listens")
        .ignoreException(AssertionError.class)
        .until(() -> site.host().serverPid(pod, Servers.CONTAINER, Servers.PORT) > 0);
    return pod;
  }

  private LoadClient client(String name, Pod pod, int connections, Duration hold, Ending ending) {
    return LoadClient.start(cluster, namespace, name, pod, connections, hold, ending);
  }

  private static void mustEnd(LoadClient client, int connections) {
    LoadClient.Count count = client.count();
    assertThat(count.ended()).as("%s", count).isEqualTo(connections);
  }

  private CountedConnections awaitCounts(
      long open, long byPeer, long byServer, long reset, long dead) {
    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            namespace,
            TUNING,
            "open %d, by peer %d, by server %d, reset %d, dead %d"
                .formatted(open, byPeer, byServer, reset, dead),
            t ->
                counted(t)
                    .filter(c -> c.open() == open && c.endedByPeer() == byPeer)
                    .filter(c -> c.endedByServer() == byServer)
                    .filter(c -> c.reset() == reset && c.foundDead() == dead)
                    .isPresent());
    return counted(tuning).orElseThrow();
  }

  /** Of the only pod. */
  private static Optional<CountedConnections> counted(WebSocketTuning tuning) {
    return tuning.getStatus().observationsOrEmpty().stream()
        .flatMap(o -> Optional.ofNullable(o.connections()).stream())
        .findFirst();
  }

  private int open(long pid) {
    return site.host().accepted(pid, Servers.PORT).size();
  }

  /** Connections that the kernel gave up because nothing was answered. */
  private long dead(long pid) {
    return site.host().counted(pid, "TcpExtTCPAbortOnTimeout");
  }
}
