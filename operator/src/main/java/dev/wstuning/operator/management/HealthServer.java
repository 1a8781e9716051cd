package dev.wstuning.operator.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers {@code /healthz} and {@code /readyz}: 200 with "ok", or 503 with what is wrong. */
public final class HealthServer implements AutoCloseable {

  private final HttpServer server;

  /**
   * @param unhealthy why this replica must be restarted; empty if it is fine
   * @param unready why this replica cannot serve admission; empty if it can
   */
  public HealthServer(
      int port, Supplier<Optional<String>> unhealthy, Supplier<Optional<String>> unready)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 16);
    server.createContext("/healthz", e -> answer(e, unhealthy.get()));
    server.createContext("/readyz", e -> answer(e, unready.get()));
  }

  public void start() {
    server.start();
  }

  private static void answer(HttpExchange exchange, Optional<String> problem) throws IOException {
    byte[] body = problem.orElse("ok").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(problem.isPresent() ? 503 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
