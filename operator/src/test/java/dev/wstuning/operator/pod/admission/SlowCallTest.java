package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.pod.suspension.Intervals;
import dev.wstuning.operator.pod.suspension.LivePods;
import dev.wstuning.operator.pod.suspension.RefusalWatch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A machine without a free processor may hold up either side of a call for seconds. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class SlowCallTest {

  private static final Duration PAUSE =
      Duration.ofSeconds(WebhookEntry.TIMEOUT_SECONDS).minusMillis(500);

  private static KubernetesClient client;

  @Test
  void aCallIsAnsweredIfItsSecondPartComesLate() throws Exception {
    try (Replica replica = new Replica(client);
        ApiServer.Connection connection = replica.apiServer.keep(replica.port())) {
      String review = Reviews.of(Reviews.POD);
      connection.start("/pods/chat", review);
      pause(PAUSE);
      connection.write(review);

      assertThat(connection.answer().head()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aCallIsAnsweredIfTheAnswerTakesLong() throws Exception {
    RefusalWatch slow =
        new RefusalWatch(
            Clock.systemUTC(),
            () -> {
              pause(PAUSE);
              return System.nanoTime();
            },
            Intervals.USUAL,
            namespace -> new LivePods.Existing(Set.of(), Set.of()));
    try (Replica replica = new Replica(client, slow);
        ApiServer.Connection connection = replica.apiServer.keep(replica.port())) {
      assertThat(connection.post("/pods/chat", Reviews.of(Reviews.POD))).startsWith("HTTP/1.1 200");
    }
  }

  /** There are 64 threads. */
  @Test
  void callersThatStopInTheMiddleHoldUpNoOther() throws Exception {
    List<ApiServer.Connection> stopped = new ArrayList<>();
    try (Replica replica = new Replica(client)) {
      for (int i = 0; i < 100; i++) {
        ApiServer.Connection connection = replica.apiServer.keep(replica.port());
        stopped.add(connection);
        connection.start("/pods/chat", Reviews.of(Reviews.POD));
      }

      assertThat(
              replica
                  .apiServer
                  .post(replica.port(), "/pods/chat", Reviews.of(Reviews.POD))
                  .status())
          .isEqualTo(200);
    } finally {
      for (ApiServer.Connection connection : stopped) {
        connection.close();
      }
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
