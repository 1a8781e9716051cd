package dev.wstuning.operator.management;

import dev.wstuning.operator.management.TextServer.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers {@code /metrics}. It has a port and threads of its own, so that a scraper that hangs
 * holds up neither health checks nor admission.
 */
public final class MetricsServer implements AutoCloseable {

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final TextServer server;

  /**
   * @param text all metrics in Prometheus' text format
   */
  public MetricsServer(int port, Supplier<String> text) {
    server = new TextServer(port, Map.of("/metrics", () -> new Answer(200, TYPE, text.get())));
  }

  public void start() throws IOException {
    server.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
