package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every answer about a pod is reported once, with what became of the pod. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class AdmissionOutcomesTest {

  private KubernetesClient client;
  private Replica replica;
  private final List<AdmissionOutcome> outcomes = new CopyOnWriteArrayList<>();
  private final List<Long> durations = new CopyOnWriteArrayList<>();

  @BeforeEach
  void serve() throws Exception {
    replica =
        new Replica(
            client,
            (outcome, nanos) -> {
              durations.add(nanos);
              outcomes.add(outcome);
            });
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void aPodThatIsTuned() throws Exception {
    long start = System.nanoTime();
    post("/pods/chat", Reviews.of(Reviews.POD));

    assertReported(AdmissionOutcome.TUNED);
    assertThat(durations.get(0)).isBetween(1L, System.nanoTime() - start);
  }

  @Test
  void aPodThatWasTunedAlready() throws Exception {
    String review = post("/pods/chat", Reviews.of(Reviews.POD)).body();
    var response = Serialization.unmarshal(review, AdmissionReview.class).getResponse();
    post("/pods/chat", Reviews.of(Reviews.applied(Reviews.POD, response).toString()));

    assertReported(AdmissionOutcome.TUNED, AdmissionOutcome.TUNED);
  }

  @Test
  void aPodThatIsNeverTuned() throws Exception {
    post("/pods/chat", Reviews.of(spec("\"hostNetwork\":true")));
    post("/pods/chat", Reviews.of(spec("\"hostPID\":true")));

    assertReported(AdmissionOutcome.LEFT_ALONE_HOST_NETWORK, AdmissionOutcome.LEFT_ALONE_HOST_PID);
  }

  @Test
  void aPodThatTheTuningDoesNotOwn() throws Exception {
    post("/pods/chat", Reviews.of(Reviews.POD.replace("\"app\":\"chat\"", "\"app\":\"mail\"")));

    assertReported(AdmissionOutcome.NOT_OWNED);
  }

  @Test
  void aTuningThatOnlyObserves() throws Exception {
    post("/pods/watched", Reviews.of(Reviews.POD));

    assertReported(AdmissionOutcome.NOT_WANTED);
  }

  @Test
  void whatCannotBeAnswered() throws Exception {
    post("/pods/other", Reviews.of(Reviews.POD));
    post("/pods/chat", "{}");
    post("/pods/chat", Reviews.of("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}"));

    assertReported(
        AdmissionOutcome.UNKNOWN_TUNING, AdmissionOutcome.BAD_REQUEST, AdmissionOutcome.FAILED);
  }

  /** It comes every 15 seconds, and would hide how long real ones take. */
  @Test
  void theSelfTestIsNotReported() throws Exception {
    post("/selftest", Reviews.of(Reviews.POD));
    post("/other", "{}");
    post("/pods/chat", Reviews.of(Reviews.POD));

    assertReported(AdmissionOutcome.TUNED);
  }

  /** The answer comes first, so a report may come after it. */
  private void assertReported(AdmissionOutcome... expected) {
    await().untilAsserted(() -> assertThat(outcomes).containsExactly(expected));
  }

  private static String spec(String field) {
    return Reviews.POD.replace("\"spec\":{", "\"spec\":{" + field + ",");
  }

  private ApiServer.Answer post(String path, String body) throws Exception {
    return replica.apiServer.post(replica.port(), path, body);
  }
}
