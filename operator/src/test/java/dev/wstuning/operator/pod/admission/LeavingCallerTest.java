package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.pod.suspension.Intervals;
import dev.wstuning.operator.pod.suspension.LivePods;
import dev.wstuning.operator.pod.suspension.RefusalWatch;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An API server that gave up on a call closes its connection; what it got is not known. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class LeavingCallerTest {

  private static KubernetesClient client;

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final RefusalWatch refusals =
      new RefusalWatch(
          clock,
          clock::nanoTime,
          Intervals.USUAL,
          namespace -> new LivePods.Existing(Set.of(), Set.of()));
  private Replica replica;

  @BeforeEach
  void serve() throws Exception {
    replica = new Replica(client, refusals);
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void callersThatStayProveThatPodsAreRefused() throws Exception {
    try (ApiServer.Connection connection = replica.apiServer.keep(replica.port())) {
      connection.post("/pods/chat", creation("1"));
      connection.post("/pods/chat", creation("2"));
      look();

      assertThat(tunes(connection)).isFalse();
    }
  }

  @Test
  void callersThatLeaveProveNothing() throws Exception {
    for (String request : new String[] {"1", "2"}) {
      try (ApiServer.Connection connection = replica.apiServer.keep(replica.port())) {
        connection.post("/pods/chat", creation(request));
      }
    }
    // The server reads the end of a connection a moment later.
    await().until(() -> replica.webhook.connections() == 0);
    look();

    try (ApiServer.Connection connection = replica.apiServer.keep(replica.port())) {
      assertThat(tunes(connection)).isTrue();
    }
  }

  private void look() {
    clock.pass(Duration.ofSeconds(6));
    refusals.look(namespace -> true, target -> Optional.of(Replica.CHAT));
  }

  private static boolean tunes(ApiServer.Connection connection) throws Exception {
    return plan(connection.exchange("/pods/chat", creation("3")).body()).isPresent();
  }

  private static Optional<String> plan(String answer) {
    var review = Serialization.unmarshal(answer, AdmissionReview.class);
    return Optional.ofNullable(
        Reviews.applied(Reviews.POD, review.getResponse())
            .at("/metadata/annotations/wstuning.dev~1plan")
            .textValue());
  }

  private static String creation(String request) {
    return Reviews.of(Reviews.POD).replace("705ab4f5-6393-11e8-b7cc-42010a800002", request);
  }
}
