package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Admissions;
import dev.wstuning.e2e.support.Creations;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.ReferencePod;
import dev.wstuning.e2e.support.ReferencePod.Outcome;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader goes: admission goes on without a gap, and another replica writes. */
class FailoverIT {

  private static final String OF_A_SERVER =
      """
      selector: {matchLabels: {app: server-go}}
      keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
      """;

  private static final Duration WATCHED = Duration.ofSeconds(20);

  private final Installation cluster = Installation.withOperator();
  private String namespace;
  private ReferencePod reference;

  @BeforeEach
  void tune() {
    namespace = cluster.namespace("failover");
    reference = ReferencePod.in(cluster, namespace);
  }

  @AfterEach
  void restore() {
    cluster.delete(namespace);
    Operator.rolledOut();
  }

  @Test
  void everyPodThatIsCreatedMeanwhileHasTheWholePlan() {
    String leader = Operator.leader(cluster.client());
    cluster.client().pods().inNamespace(Operator.NAMESPACE).withName(leader).delete();

    Admissions admissions = createPods();

    System.out.printf("deleted the leader: %s%n", admissions);
    assertThat(admissions.count()).isGreaterThan(150);
    assertThat(admissions.unlike(Outcome.WHOLE)).isEmpty();
    await("another leader").until(() -> !leader.equals(Operator.leader(cluster.client())));
    cluster.tune(namespace, "server", OF_A_SERVER);
    cluster.awaitInjection(namespace, "server", true);
    Servers.deploy(cluster.client(), namespace, "server-go");
    Tunings.awaitCondition(cluster, namespace, "server", "Ready", "True", "Effective");
  }

  /**
   * If it is killed, its address is called until the endpoints are renewed. Pods that are created
   * until then are missed, and the status shows that. Later pods are not missed, and no pod has
   * half a plan.
   */
  @Test
  @NeedsTheNode
  void whenItIsKilledOnlyPodsOfTheFirstMomentAreMissed() {
    Instant killed = Operator.killLeader(cluster.client());
    Admissions admissions = createPods();

    System.out.printf("killed the leader: %s%n", admissions);
    assertThat(admissions.count()).isGreaterThan(150);
    assertThat(admissions.unlike(Outcome.WHOLE, Outcome.UNTUNED)).isEmpty();
    assertThat(admissions.since(killed.plusSeconds(2)).unlike(Outcome.WHOLE)).isEmpty();
  }

  private Admissions createPods() {
    try (Creations creations = Creations.start(cluster, namespace)) {
      Installation.pause(WATCHED);
      return new Admissions(reference, creations.stop());
    }
  }
}
