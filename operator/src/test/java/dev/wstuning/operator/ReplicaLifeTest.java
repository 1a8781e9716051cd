package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.FakeCluster;
import dev.wstuning.operator.fixtures.OperatorProcess;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Scrape;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One replica, as a process, through what happens to API servers. */
@ExtendWith(QuietMockServer.class)
class ReplicaLifeTest {

  private static final int SIGTERM = 128 + 15;

  /** Longer than the lease. */
  private static final Duration OUTAGE = Duration.ofSeconds(20);

  private static final ResourceDefinitionContext TUNINGS =
      new ResourceDefinitionContext.Builder()
          .withGroup("wstuning.dev")
          .withVersion("v1alpha1")
          .withKind("WebSocketTuning")
          .withPlural("websockettunings")
          .withNamespaced(true)
          .build();

  private static final String NODE_STATES = "/apis/wstuning.dev/v1alpha1/websocketnodestates";

  private final int port = OperatorProcess.freePort();
  @TempDir private Path folder;

  @Test
  void neitherAnApiServerThatIsAwayNorWhatANewerVersionWroteEndsIt() throws Exception {
    try (OperatorProcess replica = start()) {
      replica.await("/readyz", "503 waiting for the API server");
      replica.staysAlive(Duration.ofSeconds(3));

      try (FakeCluster cluster = new FakeCluster(port, 0)) {
        create(cluster.client(), "before-status", "mode: Observe", "status: {brandNew: 1}");
        create(cluster.client(), "before-value", "mode: Audit", "");
        replica.await("/readyz", "200 ok");
        assertThat(cluster.lists())
            .hasSizeGreaterThan(8)
            .allSatisfy(list -> assertThat(list).contains("limit=500"));

        create(cluster.client(), "after-status", "mode: Observe", "status: {brandNew: 1}");
        create(cluster.client(), "after-field", "mode: Observe\n  brandNew: 1", "");
        create(cluster.client(), "after-value", "mode: Audit", "");
        replica.staysAlive(Duration.ofSeconds(3));
        assertThat(lease(cluster).getSpec().getHolderIdentity()).isEqualTo("replica");
        assertThat(replica.metrics()).contains("\nwstuning_leader 1.0\n");
        assertThat(secondsNotWatching(replica)).isNotEmpty().containsOnly(0.0);
      }

      replica.staysAlive(OUTAGE);
      replica.await("/readyz", "200 ok");
      assertThat(replica.metrics()).contains("\nwstuning_leader 0.0\n");
      assertThat(secondsNotWatching(replica)).isNotEmpty().allMatch(seconds -> seconds > 10);

      try (FakeCluster back = new FakeCluster(port, 0)) {
        for (int i = 0; i < 240 && lease(back) == null; i++) {
          replica.staysAlive(Duration.ofMillis(250));
        }
        assertThat(lease(back)).as("it stands for election again").isNotNull();
        assertThat(replica.terminate(Duration.ofSeconds(25))).isEqualTo(SIGTERM);
      }
    }
  }

  /** Admission needs neither the controllers nor the lease. */
  @Test
  void controllersThatCannotRunDoNotEndItAndAreMadeAgain() throws Exception {
    try (FakeCluster cluster = new FakeCluster(port, 0)) {
      cluster.garble(NODE_STATES);
      try (OperatorProcess replica = start()) {
        replica.await(
            "/readyz", "503 no certificate yet: waiting for the leader to create the authority");
        while (cluster.lists().stream().filter(l -> l.startsWith(NODE_STATES)).count() < 5) {
          replica.staysAlive(Duration.ofSeconds(1));
        }
        assertThat(replica.metrics())
            .contains("\nwstuning_leader 0.0\n", "\nwstuning_controllers_running 0.0\n");

        cluster.garble("");
        replica.await("/readyz", "200 ok");
        assertThat(replica.metrics()).contains("\nwstuning_controllers_running 1.0\n");
        assertThat(lease(cluster).getSpec().getHolderIdentity()).isEqualTo("replica");
        assertThat(replica.terminate(Duration.ofSeconds(25))).isEqualTo(SIGTERM);
        assertThat(lease(cluster).getSpec().getHolderIdentity()).isNullOrEmpty();
      }
    }
  }

  @Test
  void fiveThousandNodesFitIntoItsHeap() throws Exception {
    try (FakeCluster cluster = new FakeCluster(port, 5000);
        OperatorProcess replica = start()) {
      replica.await("/readyz", "200 ok");
      replica.staysAlive(Duration.ofSeconds(2));
      assertThat(cluster.lists()).filteredOn(list -> list.startsWith("/api/v1/nodes")).hasSize(10);
    }
  }

  private OperatorProcess start() {
    return OperatorProcess.start(port, folder.resolve("log"));
  }

  private static List<Double> secondsNotWatching(OperatorProcess replica)
      throws InterruptedException {
    return new Scrape(replica.metrics())
        .samples().entrySet().stream()
            .filter(sample -> sample.getKey().startsWith("wstuning_cache_not_watching_seconds{"))
            .map(Map.Entry::getValue)
            .toList();
  }

  private static Lease lease(FakeCluster cluster) {
    return cluster.client().leases().inNamespace("wstuning-system").withName("wstuning").get();
  }

  private static void create(KubernetesClient client, String name, String spec, String more) {
    if (client.namespaces().withName("realtime").get() == null) {
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName("realtime").endMetadata().build())
          .create();
    }
    client
        .genericKubernetesResources(TUNINGS)
        .inNamespace("realtime")
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: wstuning.dev/v1alpha1
                kind: WebSocketTuning
                metadata: {name: %s, namespace: realtime}
                spec:
                  selector: {matchLabels: {app: chat}}
                  %s
                %s
                """
                    .formatted(name, spec, more),
                GenericKubernetesResource.class))
        .create();
  }
}
