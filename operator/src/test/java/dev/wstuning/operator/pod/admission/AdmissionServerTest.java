package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What API servers post to the webhook, and what they get back. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class AdmissionServerTest {

  private static KubernetesClient client;
  private static Replica replica;

  @BeforeAll
  static void serve() throws Exception {
    replica = new Replica(client);
  }

  @AfterAll
  static void close() {
    replica.close();
  }

  @Test
  void aPodIsTuned() throws Exception {
    ApiServer.Answer answer = post("/pods/chat", Reviews.of(Reviews.POD));

    assertThat(answer.status()).isEqualTo(200);
    AdmissionReview review = Serialization.unmarshal(answer.body(), AdmissionReview.class);
    AdmissionResponse response = review.getResponse();
    assertThat(review.getApiVersion()).isEqualTo("admission.k8s.io/v1");
    assertThat(response.getUid()).isEqualTo("705ab4f5-6393-11e8-b7cc-42010a800002");
    assertThat(response.getAllowed()).isTrue();
    assertThat(response.getPatchType()).isEqualTo("JSONPatch");
    JsonNode pod = Reviews.applied(Reviews.POD, response);
    assertThat(pod.at("/spec/initContainers/0/name").asText()).isEqualTo("wstuning");
  }

  @Test
  void theSelfTestsPodIsMarked() throws Exception {
    ApiServer.Answer answer = post("/selftest", Reviews.of(Reviews.POD));

    AdmissionResponse response =
        Serialization.unmarshal(answer.body(), AdmissionReview.class).getResponse();
    assertThat(
            Reviews.applied(Reviews.POD, response)
                .at("/metadata/annotations/wstuning.dev~1selftest")
                .asText())
        .isEqualTo("seen");
  }

  @Test
  void anUnknownTuningIsAnErrorForTheFailurePolicy() throws Exception {
    assertThat(post("/pods/other", Reviews.of(Reviews.POD)))
        .isEqualTo(new ApiServer.Answer(500, "no WebSocketTuning other in namespace realtime"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "garbage",
        "{\"kind\":\"AdmissionReview\"}",
        "{\"request\":1}",
        "\u0000"
      })
  void garbageIsRefused(String body) throws Exception {
    assertThat(post("/pods/chat", body).status()).isBetween(400, 599);
  }

  @Test
  void whatIsNoPodIsRefused() throws Exception {
    String configMap = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{}}";

    assertThat(post("/pods/chat", Reviews.of(configMap)).status()).isEqualTo(500);
    assertThat(post("/selftest", Reviews.of(configMap)).status()).isEqualTo(500);
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    assertThat(post("/pods/chat", " ".repeat(3 * 1024 * 1024 + 1)).status()).isEqualTo(413);
  }

  @Test
  void nothingElseIsServed() throws Exception {
    assertThat(post("/metrics", "{}").status()).isEqualTo(404);
  }

  @Test
  void manyPodsAreTunedAtATime() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try {
      Callable<Integer> call = () -> post("/pods/chat", Reviews.of(Reviews.POD)).status();
      List<Future<Integer>> calls =
          clients.invokeAll(IntStream.range(0, 64).mapToObj(i -> call).toList());

      for (Future<Integer> answered : calls) {
        assertThat(answered.get()).isEqualTo(200);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private ApiServer.Answer post(String path, String body) throws Exception {
    return replica.apiServer.post(replica.port(), path, body);
  }
}
