package dev.wstuning.e2e.support;

import dev.wstuning.e2e.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
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
import java.util.function.UnaryOperator;

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

  /** Creates a server under another name, after {@code edit} changed the text of its manifest. */
  public static void deployAs(
      KubernetesClient client,
      String namespace,
      String server,
      String name,
      UnaryOperator<String> edit) {
    // The image keeps its name.
    String yaml = edit.apply(text(server)).replaceAll("(?<!/)" + server + "\\b", name);
    items(client, yaml).forEach(item -> client.resource(item).inNamespace(namespace).create());
  }

  public static void setKeepalive(Deployment deployment, String keepalive) {
    deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
        .filter(e -> e.getName().equals("KEEPALIVE"))
        .findFirst()
        .orElseThrow()
        .setValue(keepalive);
  }

  /** Changes a manifest: each look of a readiness probe by HTTP is a connection. */
  public static String withoutProbe(String manifest) {
    return manifest.replaceAll("(?s) {8}readinessProbe:\n.*?(?= {8}securityContext:)", "");
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
    return items(client, text(server));
  }

  private static String text(String server) {
    String file = "e2e/servers/manifests/%s.yaml".formatted(server.replace("server-", ""));
    return Registry.withImages(Installation.read(Cluster.root().resolve(file)));
  }

  private static List<HasMetadata> items(KubernetesClient client, String yaml) {
    return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  /**
   * Opens a WebSocket through the Service and has one message echoed. A Service knows a pod a
   * moment after the pod is ready, so that a refused connection is tried again, as a client would.
   */
  public static WebSocket connect(KubernetesClient client, String namespace, String server) {
    return connect(client, namespace, server, Protocol.ECHO);
  }

  /** Opens a WebSocket through the Service and waits for what proves that it is open. */
  public static WebSocket connect(
      KubernetesClient client, String namespace, String server, Protocol protocol) {
    Service service = client.services().inNamespace(namespace).withName(server).require();
    URI uri = URI.create("ws://%s/ws".formatted(service.getSpec().getClusterIP()));
    Instant end = Instant.now().plus(Deadline.STATE);
    while (true) {
      try {
        return connect(uri, protocol);
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

  /**
   * The seconds until keepalive sends a probe on a connection that was just made, as ss shows it;
   * -1 where none will be sent.
   */
  public static double keepaliveTimer(
      KubernetesClient client, String namespace, String server, long pid) {
    WebSocket socket = connect(client, namespace, server);
    try {
      // Until the echo is acknowledged, its retransmission timer hides the one of keepalive.
      Installation.pause(Duration.ofMillis(500));
      return Host.LOCAL.accepted(pid, PORT).stream()
          .mapToDouble(Host::keepaliveTimer)
          .max()
          .orElseThrow(() -> new AssertionError("no connection to " + server));
    } finally {
      socket.abort();
    }
  }

  /** Opens a WebSocket to a pod without its Service, and has one message echoed. */
  public static WebSocket connectTo(Pod pod) {
    URI uri = URI.create("ws://%s:%d/ws".formatted(pod.getStatus().getPodIP(), PORT));
    try {
      return connect(uri, Protocol.ECHO);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("connect to " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static WebSocket connect(URI uri, Protocol protocol)
      throws ExecutionException, InterruptedException, TimeoutException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    WebSocket.Builder builder =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build().newWebSocketBuilder();
    protocol.subprotocol().ifPresent(builder::subprotocols);
    WebSocket socket = builder.buildAsync(uri, new FirstMessage(answer)).get(10, TimeUnit.SECONDS);
    protocol.greeting().ifPresent(greeting -> socket.sendText(greeting, true));
    String text = answer.get(10, TimeUnit.SECONDS);
    if (!protocol.answeredBy(text)) {
      throw new AssertionError("%s answered %s".formatted(uri, text));
    }
    return socket;
  }

  private record FirstMessage(CompletableFuture<String> text) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      this.text.complete(text.toString());
      return WebSocket.Listener.super.onText(socket, text, last);
    }
  }
}
