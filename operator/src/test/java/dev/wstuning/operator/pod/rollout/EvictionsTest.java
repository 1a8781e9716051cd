package dev.wstuning.operator.pod.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.RecordedRollout;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.PodFacts;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class EvictionsTest {

  private static final String EVICTION = "/api/v1/namespaces/realtime/pods/chat-1/eviction";

  private KubernetesMockServer server;
  private KubernetesClient client;

  private static final PodFacts CHAT = TestPod.named("chat-1").ofDeployment("chat").facts();

  private final RecordedRollout rollout = new RecordedRollout();
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private Evictions evictions;

  @BeforeEach
  void make() {
    evictions = new Evictions(Impatient.client(client), rollout, clock::nanoTime);
  }

  @Test
  void aPodThatIsAnnouncedIsReplaced() throws Exception {
    answer(201, "Success");
    List<PodFacts> gone = new ArrayList<>();

    Progress announced = evictions.replace(List.of(CHAT), List.of(), gone::add);
    assertThat(server.getRequestCount()).as("it is announced first").isZero();
    assertThat(announced.intents())
        .containsExactly(new Intent("Evict", "deployment/chat", "chat-1", "none"));
    assertThat(announced.again()).contains(Duration.ofSeconds(1));

    Progress done = evictions.replace(List.of(CHAT), announced.intents(), gone::add);
    assertThat(done).isEqualTo(Progress.NONE);
    assertThat(gone).containsExactly(CHAT);
    RecordedRequest request = server.getLastRequest();
    assertThat(request.getPath()).isEqualTo(EVICTION);
    assertThat(request.getBody().readUtf8())
        .as("names this very pod, and not another of its name")
        .contains("\"preconditions\":{\"uid\":\"uid-of-chat-1\"}");
  }

  @Test
  void onlySomeAreEvictedInASecond() {
    answer(201, "Success");

    List<Boolean> granted = IntStream.range(0, 20).mapToObj(i -> evict()).toList();
    assertThat(granted).filteredOn(g -> g).hasSize(5);

    clock.pass(Duration.ofSeconds(1));
    assertThat(evict()).isTrue();
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
    return evictions.evict(CHAT);
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
