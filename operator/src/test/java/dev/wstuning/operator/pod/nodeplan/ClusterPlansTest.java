package dev.wstuning.operator.pod.nodeplan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Tunings;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The requests to the API server. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient
class ClusterPlansTest {

  private static final String PLANS =
      "/apis/wstuning.dev/v1alpha1/namespaces/realtime/websocketpodplans/";

  private KubernetesMockServer server;
  private KubernetesClient client;

  private final WebSocketPodPlan plan =
      new NamespacePlans()
          .of(
              List.of(
                  Tunings.of(
                      "chat", SpecBuilder.tune().via(Via.NodeAgent).keepalive(60, 10, 5).build())))
          .get(0);

  @Test
  void aPlanIsAppliedAsAWholeAndHasNoStatus() throws Exception {
    server
        .expect()
        .patch()
        .withPath(PLANS + "chat?fieldManager=wstuning&force=true")
        .andReturn(200, plan)
        .once();
    try (ClusterPlans plans = new ClusterPlans(client, Impatient.client(client))) {
      plans.apply(plan);
    }

    RecordedRequest request = server.getLastRequest();
    JsonNode body = new ObjectMapper().readTree(request.getUtf8Body());
    assertThat(request.getHeader("Content-Type")).startsWith("application/apply-patch+yaml");
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "spec");
    assertThat(body.at("/kind").asText()).isEqualTo("WebSocketPodPlan");
    assertThat(body.at("/metadata/labels/app.kubernetes.io~1managed-by").asText())
        .isEqualTo("wstuning");
    assertThat(body.at("/spec/via").asText()).isEqualTo("NodeAgent");
    assertThat(body.at("/spec/arguments/0").asText()).isEqualTo("apply");
  }

  @Test
  void aPlanIsDeletedByItsName() throws Exception {
    server
        .expect()
        .delete()
        .withPath(PLANS + "chat")
        .andReturn(200, new StatusBuilder().withStatus("Success").build())
        .once();
    try (ClusterPlans plans = new ClusterPlans(client, Impatient.client(client))) {
      plans.delete(plan);
    }

    assertThat(server.getLastRequest().getMethod()).isEqualTo("DELETE");
  }
}
