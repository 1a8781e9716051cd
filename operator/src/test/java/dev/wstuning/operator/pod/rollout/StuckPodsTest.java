package dev.wstuning.operator.pod.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.RecordedRollout;
import dev.wstuning.operator.fixtures.TestPod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class StuckPodsTest {

  private static final String EVICTION = "/api/v1/namespaces/realtime/pods/chat-1/eviction";

  private KubernetesMockServer server;
  private KubernetesClient client;

  private final RecordedRollout rollout = new RecordedRollout();

  @Test
  void aPodThatNeverStartedIsReplaced() throws Exception {
    answer(201, "Success");

    release(TestPod.named("chat-1").ofDeployment("chat"));

    RecordedRequest request = server.getLastRequest();
    assertThat(request.getPath()).isEqualTo(EVICTION);
    assertThat(request.getBody().readUtf8())
        .as("names this very pod, and not another of its name")
        .contains("\"preconditions\":{\"uid\":\"uid-of-chat-1\"}");
  }

  @Test
  void aPodThatRunsIsLeft() {
    release(TestPod.named("chat-1").ofDeployment("chat").running());

    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aPodThatNobodyReplacesIsLeft() {
    release(TestPod.named("chat-1"));

    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aDisruptionBudgetIsRespected() {
    answer(429, "Failure");

    assertThat(evict()).isFalse();
    assertThat(rollout.heard()).containsExactly("eviction REFUSED");
  }

  @Test
  void aPodThatIsGoneIsNoError() {
    answer(404, "Failure");

    assertThat(evict()).isFalse();
    assertThat(rollout.heard()).containsExactly("eviction REFUSED");
  }

  @Test
  void aGrantedEvictionIsTold() {
    answer(201, "Success");

    assertThat(evict()).isTrue();
    assertThat(rollout.heard()).containsExactly("eviction DONE");
  }

  @Test
  void anApiServerThatDoesNotWorkRefusedNothing() {
    answer(500, "Failure");

    assertThat(evict()).isFalse();
    assertThat(rollout.heard()).containsExactly("eviction FAILED");
  }

  private boolean evict() {
    return StuckPods.evict(Impatient.client(client), TestPod.named("chat-1").facts(), rollout);
  }

  private void release(TestPod pod) {
    new StuckPods(client, rollout).release(pod.facts());
  }

  private void answer(int code, String status) {
    server
        .expect()
        .post()
        .withPath(EVICTION)
        .andReturn(code, new StatusBuilder().withCode(code).withStatus(status).build())
        .always();
  }
}
