package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true)
class ReplicaVersionsTest {

  private KubernetesClient client;
  private ReplicaVersions replicas;
  private int changes;

  @BeforeEach
  void create() {
    replicas = new ReplicaVersions(client, "wstuning-system", () -> changes++);
  }

  @Test
  void nothingIsKnownBeforeTheFirstLook() {
    assertThat(replicas.known()).isFalse();
    assertThat(replicas.understandRevisions()).isFalse();
  }

  @Test
  void entriesTellMoreOnceTheLastOldReplicaIsGone() {
    replica("old", "operator", Map.of());
    replica("new", "operator", Map.of("wstuning.dev/webhook-paths", "revision"));
    replicas.look();
    assertThat(replicas.known()).isTrue();
    assertThat(replicas.understandRevisions()).isFalse();

    client.pods().inNamespace("wstuning-system").withName("old").delete();
    replicas.look();
    replicas.look();
    assertThat(replicas.understandRevisions()).isTrue();
    assertThat(changes).as("known, and changed once").isEqualTo(2);
  }

  @Test
  void aRollbackTakesItBack() {
    replica("new", "operator", Map.of("wstuning.dev/webhook-paths", "revision"));
    replica("agent", "node-agent", Map.of());
    replicas.look();
    assertThat(replicas.understandRevisions()).isTrue();

    replica("old", "operator", Map.of());
    replicas.look();
    assertThat(replicas.understandRevisions()).isFalse();
    assertThat(changes).isEqualTo(2);
  }

  private void replica(String name, String component, Map<String, String> more) {
    Map<String, String> labels = new HashMap<>(more);
    labels.put("app.kubernetes.io/name", "wstuning");
    labels.put("app.kubernetes.io/component", component);
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace("wstuning-system")
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
  }
}
