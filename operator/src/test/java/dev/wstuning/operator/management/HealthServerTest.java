package dev.wstuning.operator.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {

  private final AtomicReference<Optional<String>> unhealthy =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<String>> unready = new AtomicReference<>(Optional.empty());
  private int port;
  private HealthServer server;

  @BeforeEach
  void serve() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    server = new HealthServer(port, unhealthy::get, unready::get);
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aReplicaThatIsWell() throws Exception {
    assertThat(get("/healthz")).isEqualTo("200 ok");
    assertThat(get("/readyz")).isEqualTo("200 ok");
  }

  @Test
  void aReplicaThatIsNotReadyIsNotRestarted() throws Exception {
    unready.set(Optional.of("caches are not filled yet"));

    assertThat(get("/healthz")).isEqualTo("200 ok");
    assertThat(get("/readyz")).isEqualTo("503 caches are not filled yet");
  }

  @Test
  void aReplicaThatMustBeRestartedReportsWhy() throws Exception {
    unhealthy.set(Optional.of("an informer does not work: see the log"));

    assertThat(get("/healthz")).isEqualTo("503 an informer does not work: see the log");
    assertThat(get("/readyz")).isEqualTo("200 ok");
  }

  private String get(String path) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
