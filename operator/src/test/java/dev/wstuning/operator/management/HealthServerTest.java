package dev.wstuning.operator.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
  void close() throws IOException {
    server.close();
  }

  @Test
  void aReplicaThatIsWell() throws Exception {
    assertThat(get("/healthz")).isEqualTo("200 ok");
    assertThat(get("/readyz")).isEqualTo("200 ok");
  }

  /** Else anyone who reaches the port could have the kubelet restart every replica. */
  @Test
  void clientsThatStopInTheirRequestKeepTheKubeletFromNothing() throws Exception {
    List<Socket> stuck = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        stuck.add(new Socket("localhost", port));
        stuck.get(i).getOutputStream().write("GET /heal".getBytes(StandardCharsets.US_ASCII));
      }

      assertThat(get("/healthz")).isEqualTo("200 ok");
    } finally {
      for (Socket socket : stuck) {
        socket.close();
      }
    }
  }

  @Test
  void whatIsNotServedIsNotFound() throws Exception {
    assertThat(get("/")).startsWith("404 ");
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
