package dev.wstuning.operator.management;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Answers a few paths with text, without TLS. It is Jetty because the JDK's own server reads
 * requests on the threads that answer: a client that stops in the middle of its request would keep
 * the kubelet from its answer.
 */
final class TextServer implements AutoCloseable {

  private static final int THREADS = 8;
  private static final int MOST_CONNECTIONS = 100;
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final Server server;

  /**
   * @param type the media type of all bodies, with its charset
   */
  record Answer(int code, String type, String body) {}

  /**
   * @param pages the answers by path
   */
  TextServer(int port, Map<String, Supplier<Answer>> pages) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
    server.setHandler(new Pages(pages));
  }

  void start() throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException("listen on " + server.getConnectors()[0], e);
    }
  }

  private static final class Pages extends Handler.Abstract {

    private static final Answer NOTHING =
        new Answer(404, "text/plain; charset=utf-8", "nothing is served at this path");

    private final Map<String, Supplier<Answer>> pages;

    Pages(Map<String, Supplier<Answer>> pages) {
      this.pages = pages;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Answer answer = pages.getOrDefault(Request.getPathInContext(request), () -> NOTHING).get();
      response.setStatus(answer.code());
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
      Content.Sink.write(response, true, answer.body(), callback);
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("stop listening", e);
    }
  }
}
