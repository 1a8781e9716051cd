package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An API server keeps a connection for each path, so for each tuning. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class ManyConnectionsTest {

  private static final int CONNECTIONS = 50;

  /** Of both ends. With Jetty's cache of headers it is 130 KiB. */
  private static final long MOST_KIBIBYTES = 70;

  private static KubernetesClient client;

  @Test
  void aConnectionThatAnsweredTakesLittle() throws Exception {
    List<ApiServer.Connection> kept = new ArrayList<>();
    try (Replica replica = new Replica(client)) {
      keep(5, replica, kept);
      long before = usedKibibytes();

      keep(CONNECTIONS, replica, kept);

      assertThat((usedKibibytes() - before) / CONNECTIONS).isLessThan(MOST_KIBIBYTES);
    } finally {
      for (ApiServer.Connection connection : kept) {
        connection.close();
      }
    }
  }

  private static void keep(int count, Replica replica, List<ApiServer.Connection> kept)
      throws Exception {
    String review = Reviews.of(Reviews.POD);
    for (int i = 0; i < count; i++) {
      ApiServer.Connection connection = replica.apiServer.keep(replica.port());
      kept.add(connection);
      connection.post("/pods/chat", review);
      // Jetty's cache begins with the second request.
      connection.post("/pods/chat", review);
    }
  }

  private static long usedKibibytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
  }
}
