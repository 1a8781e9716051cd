package dev.wstuning.e2e.blackhole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Deadline;
import dev.wstuning.e2e.support.Servers;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A client of a pod: its WebSocket, and what the host sees of the server's end of it. */
final class Peer implements AutoCloseable {

  private final WebSocket socket;
  private final BlockingQueue<String> answers;
  private final long serverPid;
  private final String podIp;
  private final int port;

  private Peer(
      WebSocket socket, BlockingQueue<String> answers, long serverPid, String podIp, int port) {
    this.socket = socket;
    this.answers = answers;
    this.serverPid = serverPid;
    this.podIp = podIp;
    this.port = port;
  }

  /** Connects; {@code serverPid} is a process of the host in the pod's network namespace. */
  static Peer connect(Pod pod, long serverPid) {
    Set<Integer> before = ServerEnds.of(serverPid, Servers.PORT).ports();
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    String podIp = pod.getStatus().getPodIP();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .connectTimeout(Deadline.STATE)
            .buildAsync(
                URI.create("ws://%s:%d/ws".formatted(podIp, Servers.PORT)), new Listener(answers))
            .join();
    return new Peer(socket, answers, serverPid, podIp, newClientPort(serverPid, before));
  }

  /**
   * Apart from this client, only the kubelet and the observer connect; they are gone in a moment.
   */
  private static int newClientPort(long serverPid, Set<Integer> before) {
    return Awaitility.await("one new connection")
        .until(
            () -> {
              Set<Integer> ports = new HashSet<>(ServerEnds.of(serverPid, Servers.PORT).ports());
              ports.removeAll(before);
              return ports;
            },
            ports -> ports.size() == 1)
        .iterator()
        .next();
  }

  /** Sends a text and waits for it to come back; times out as an error of the test. */
  void echo(String text) {
    try {
      socket.sendText(text, true).get(Deadline.STATE.toSeconds(), TimeUnit.SECONDS);
      String answer = answers.poll(Deadline.STATE.toSeconds(), TimeUnit.SECONDS);
      assertThat(answer).as("echo from %s", podIp).isEqualTo(text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("send to " + podIp, e);
    }
  }

  ServerEnds.End serverEnd() {
    return ServerEnds.of(serverPid, Servers.PORT).of(port);
  }

  void vanish(Blackhole blackhole) {
    blackhole.swallow(podIp, port);
  }

  void comeBack(Blackhole blackhole) {
    blackhole.release(podIp, port);
  }

  @Override
  public void close() {
    socket.abort();
  }

  private record Listener(BlockingQueue<String> answers) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      answers.add(text.toString());
      return WebSocket.Listener.super.onText(socket, text, last);
    }
  }
}
