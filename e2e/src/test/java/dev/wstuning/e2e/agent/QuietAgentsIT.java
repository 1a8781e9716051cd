package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What agents write, by the API server's own record: nothing in an unchanged world, and rarely. */
@NeedsTheNode
class QuietAgentsIT {

  private static final String AGENT = "system:serviceaccount:wstuning-nodes:wstuning-node-agent";
  private static final Duration WATCHED = Duration.ofMinutes(1);
  private static final Duration APART = Duration.ofSeconds(10);

  private final Installation cluster = Installation.withOperator();
  private final PodsOffer offer = new PodsOffer(cluster, Site.NODE);
  private final ServerByNode server =
      new ServerByNode(cluster, Site.NODE, cluster.namespace("quiet"));

  @AfterEach
  void withdraw() {
    cluster.delete(server.namespace());
    offer.withdraw();
  }

  @Test
  void aMinuteOfOpenConnectionsWithoutAWriteThenAtMostOneInTenSeconds() {
    AuditLog before = AuditLog.fromNow();
    offer.make(ServerByNode.OFFER);
    server.tune();
    Servers.deployAs(
        cluster.client(),
        server.namespace(),
        ServerByNode.APP,
        ServerByNode.APP,
        yaml -> Servers.withoutProbe(server.manifest(yaml)));
    Pod pod = server.pod();
    await("the server listens")
        .ignoreException(AssertionError.class)
        .until(() -> server.pid(pod) > 0);
    WebSocket open = Servers.connectTo(pod);
    Tunings.awaitCondition(
        cluster, server.namespace(), ServerByNode.TUNING, "Ready", "True", "Effective");
    assertThat(reports(before)).as("the audit log sees the agent").isNotEmpty();
    // The last reports of the story itself pass.
    Installation.pause(Duration.ofSeconds(25));

    AuditLog quiet = AuditLog.fromNow();
    Installation.pause(WATCHED);
    assertThat(quiet.writesOf(AGENT)).as("of the agent").isEmpty();
    assertThat(quiet.changesByTheOperator()).isEmpty();

    AuditLog busy = AuditLog.fromNow();
    for (Instant end = Instant.now().plus(WATCHED); Instant.now().isBefore(end); ) {
      Servers.connectTo(pod).abort();
      Installation.pause(Duration.ofMillis(500));
    }
    List<Instant> reports = reports(busy);
    assertThat(reports).hasSizeBetween(3, 7);
    for (int i = 1; i < reports.size(); i++) {
      // Of when requests arrived, which is not quite when they were sent.
      assertThat(Duration.between(reports.get(i - 1), reports.get(i)))
          .isGreaterThan(APART.minusSeconds(1));
    }
    open.abort();
  }

  private static List<Instant> reports(AuditLog log) {
    return log.writesOf(AGENT).stream()
        .filter(w -> w.uri().contains("/websocketnodereports/"))
        .map(AuditLog.Write::at)
        .toList();
  }
}
