package dev.wstuning.operator.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.OperatorProcess;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricsServerTest {

  private final int port = OperatorProcess.freePort();

  @Test
  void aScraperGetsTheTextAsItIsAtThatTime() throws Exception {
    StringBuilder text = new StringBuilder("wstuning_leader 0.0\n");
    try (MetricsServer server = new MetricsServer(port, text::toString)) {
      server.start();
      text.append("# µ\n");

      HttpResponse<String> response = get("/metrics");

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(response.body()).isEqualTo("wstuning_leader 0.0\n# µ\n");
      assertThat(get("/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aScraperThatStopsInItsRequestHoldsUpNoOther() throws Exception {
    try (MetricsServer server = new MetricsServer(port, () -> "");
        Socket stuck = start(server)) {
      stuck.getOutputStream().write("GET /metrics HT".getBytes(StandardCharsets.US_ASCII));

      assertThat(get("/metrics").statusCode()).isEqualTo(200);
    }
  }

  private Socket start(MetricsServer server) throws Exception {
    server.start();
    return new Socket("localhost", port);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
