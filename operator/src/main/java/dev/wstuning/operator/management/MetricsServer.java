package dev.wstuning.operator.management;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code /metrics}. It has a port and threads of its own, so that a scraper that hangs
 * holds up neither health checks nor admission.
 */
public final class MetricsServer implements AutoCloseable {

  private static final int THREADS = 2;
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "metrics");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param text all metrics in Prometheus' text format
   */
  public MetricsServer(int port, Supplier<String> text) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 16);
    server.setExecutor(threads);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", TEXT);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  public void start() {
    server.start();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
