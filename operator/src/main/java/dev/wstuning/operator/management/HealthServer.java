package dev.wstuning.operator.management;

import dev.wstuning.operator.management.TextServer.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers {@code /healthz} and {@code /readyz}: 200 with "ok", or 503 with what is wrong. */
public final class HealthServer implements AutoCloseable {

  private final TextServer server;

  /**
   * @param unhealthy why this replica must be restarted; empty if it is fine
   * @param unready why this replica cannot serve admission; empty if it can
   */
  public HealthServer(
      int port, Supplier<Optional<String>> unhealthy, Supplier<Optional<String>> unready) {
    server =
        new TextServer(
            port,
            Map.of(
                "/healthz", () -> answer(unhealthy.get()), "/readyz", () -> answer(unready.get())));
  }

  public void start() throws IOException {
    server.start();
  }

  private static Answer answer(Optional<String> problem) {
    return new Answer(
        problem.isPresent() ? 503 : 200, "text/plain; charset=utf-8", problem.orElse("ok"));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
