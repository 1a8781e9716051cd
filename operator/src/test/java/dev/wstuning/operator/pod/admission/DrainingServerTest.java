package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true)
class DrainingServerTest {

  private KubernetesClient client;

  @Test
  void oneThatDrainsGoesOnAnsweringAndEndsEachConnectionWithItsAnswer() throws Exception {
    try (Replica ending = new Replica(client);
        ApiServer.Connection kept = ending.apiServer.keep(ending.port())) {
      String review = Reviews.of(Reviews.POD);
      assertThat(kept.post("/pods/chat", review)).startsWith("HTTP/1.1 200");
      assertThat(kept.post("/pods/chat", review)).doesNotContain("Connection: close");

      ending.webhook.drain();

      assertThat(kept.post("/pods/chat", review))
          .startsWith("HTTP/1.1 200")
          .contains("Connection: close");
      assertThat(kept.ended()).isTrue();
      assertThat(ending.apiServer.post(ending.port(), "/pods/chat", review).status())
          .isEqualTo(200);
    }
  }
}
