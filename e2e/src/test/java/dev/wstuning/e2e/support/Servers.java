package dev.wstuning.e2e.support;

import dev.wstuning.e2e.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The sample WebSocket servers of e2e/servers, and clients that connect through their Services. */
public final class Servers {

  public static final int PORT = 8080;
  public static final String CONTAINER = "server";

  private Servers() {}

  /** Creates a server and its Service as its manifest has them. */
  public static void deploy(KubernetesClient client, String namespace, String server) {
    deploy(client, namespace, server, d -> {});
  }

  /** Creates a server whose keepalive is: default, on or off. */
  public static void deploy(
      KubernetesClient client, String namespace, String server, String keepalive) {
    deploy(client, namespace, server, d -> setKeepalive(d, keepalive));
  }

  /** Creates a server after {@code edit} changed its Deployment. */
  public static void deploy(
      KubernetesClient client, String namespace, String server, Consumer<Deployment> edit) {
    for (HasMetadata item : manifest(client, server)) {
      if (item instanceof Deployment deployment) {
        edit.accept(deployment);
      }
      client.resource(item).inNamespace(namespace).create();
    }
  }

  public static void setKeepalive(Deployment deployment, String keepalive) {
    deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
        .filter(e -> e.getName().equals("KEEPALIVE"))
        .findFirst()
        .orElseThrow()
        .setValue(keepalive);
  }

  /** The Deployment of a server, as its manifest has it. */
  public static Deployment deployment(KubernetesClient client, String server) {
    return manifest(client, server).stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static List<HasMetadata> manifest(KubernetesClient client, String server) {
    String file = "e2e/servers/manifests/%s.yaml".formatted(server.replace("server-", ""));
    String yaml = Registry.withImages(Installation.read(Cluster.root().resolve(file)));
    return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  /**
   * Opens a WebSocket through the Service and has one message echoed. A Service knows a pod a
   * moment after the pod is ready, so that a refused connection is tried again, as a client would.
   */
  public static WebSocket connect(KubernetesClient client, String namespace, String server) {
    Service service = client.services().inNamespace(namespace).withName(server).require();
    URI uri = URI.create("ws://%s/ws".formatted(service.getSpec().getClusterIP()));
    Instant end = Instant.now().plusSeconds(15);
    while (true) {
      try {
        return connect(uri);
      } catch (ExecutionException | TimeoutException e) {
        if (Instant.now().isAfter(end)) {
          throw new AssertionError("connect to %s through %s".formatted(server, uri), e);
        }
        Installation.pause(Duration.ofMillis(250));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  private static WebSocket connect(URI uri)
      throws ExecutionException, InterruptedException, TimeoutException {
    CompletableFuture<String> echo = new CompletableFuture<>();
    WebSocket socket =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .build()
            .newWebSocketBuilder()
            .buildAsync(uri, new Echo(echo))
            .get(10, TimeUnit.SECONDS);
    socket.sendText("hello", true);
    if (!echo.get(10, TimeUnit.SECONDS).equals("hello")) {
      throw new AssertionError(uri + " did not echo");
    }
    return socket;
  }

  private record Echo(CompletableFuture<String> answer) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      answer.complete(text.toString());
      return WebSocket.Listener.super.onText(socket, text, last);
    }
  }
}
