package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader goes: admission goes on without a gap, and somebody else writes. */
class FailoverIT {

  private static final Duration WATCHED = Duration.ofSeconds(20);

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void tune() {
    namespace = cluster.namespace("failover");
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchExpressions: [{key: app, operator: Exists}]}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);
  }

  @AfterEach
  void restore() {
    cluster.delete(namespace);
    Operator.rolledOut();
  }

  @Test
  void everyPodThatIsCreatedMeanwhileIsTuned() {
    String leader = Operator.leader(cluster.client());
    cluster.client().pods().inNamespace(Operator.NAMESPACE).withName(leader).delete();

    List<Pod> created = createPods();

    assertThat(created).hasSizeGreaterThan(50);
    assertThat(created).filteredOn(pod -> !tuned(pod)).isEmpty();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !leader.equals(Operator.leader(cluster.client())));
    cluster.client().pods().inNamespace(namespace).withGracePeriod(0).delete();
    Servers.deploy(cluster.client(), namespace, "server-go");
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
  }

  /**
   * Without a farewell its address is called until the endpoints are renewed: pods of that moment
   * are missed, which the status tells. Later ones are not.
   */
  @Test
  @NeedsTheNode
  void whenItIsKilledOnlyPodsOfTheFirstMomentAreMissed() {
    String leader = Operator.leader(cluster.client());
    Pod pod = cluster.client().pods().inNamespace(Operator.NAMESPACE).withName(leader).require();
    long pid = Host.serverPid(pod, "operator", 8443);

    Operator.endedByStory(pod);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Instant killed = Instant.now();
    List<Pod> created = createPods();

    List<Pod> missed = created.stream().filter(p -> !tuned(p)).toList();
    System.out.printf(
        "killed the leader: %d of %d pods of the next %s were missed%n",
        missed.size(), created.size(), WATCHED);
    assertThat(missed)
        .allSatisfy(
            p ->
                assertThat(Instant.parse(p.getMetadata().getCreationTimestamp()))
                    .isBefore(killed.plusSeconds(2)));
    assertThat(created).hasSizeGreaterThan(50);
  }

  private List<Pod> createPods() {
    List<Pod> created = new ArrayList<>();
    Instant end = Instant.now().plus(WATCHED);
    while (Instant.now().isBefore(end)) {
      created.add(create());
      Installation.pause(Duration.ofMillis(100));
    }
    return created;
  }

  private static boolean tuned(Pod pod) {
    return pod.getMetadata().getAnnotations().containsKey("wstuning.dev/plan");
  }

  /** A dry run goes through admission, and starts nothing. */
  private Pod create() {
    Pod pod = Pods.labelled("many").build();
    return cluster.client().pods().inNamespace(namespace).resource(pod).dryRun().create();
  }
}
