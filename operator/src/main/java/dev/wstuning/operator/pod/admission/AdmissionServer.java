package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.certificate.ServingCertificate;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTPS server that API servers call. It is Jetty because the JDK's own server looks up the
 * name of every client that connects with TLS (sun.net.httpserver.SSLStreams). If DNS does not
 * answer, that takes longer than an API server waits.
 */
public final class AdmissionServer implements AutoCloseable {

  private static final int THREADS = 64;

  /**
   * Connections that the kernel holds until they are accepted. Of more than Java's 50, which an API
   * server opens for a burst of creations, each waits a second or more for its next attempt.
   */
  private static final int ACCEPT_QUEUE = 1024;

  /**
   * How long nothing may happen in the middle of a call. Longer than an API server waits: neither
   * side gets a processor for seconds when its machine is busy, and a call that this server ends
   * may leave a pod untuned.
   */
  private static final Duration IDLE_IN_CALL =
      Duration.ofSeconds(WebhookEntry.TIMEOUT_SECONDS).multipliedBy(2);

  /** API servers keep idle connections for 90 s, and must not be the second to close them. */
  private static final Duration IDLE = Duration.ofSeconds(120);

  /**
   * An API server calls each path on a connection of its own, so with a thousand tunings there are
   * a thousand connections. Jetty's cache of headers takes 100 KB on each, for nothing: few of them
   * answer twice.
   */
  private static final int NO_HEADER_CACHE = 0;

  /**
   * The operator runs without the optimising compiler, and only that one has the processor's
   * instructions for AES: ChaCha20 takes a quarter of the time. A caller that does not know it, as
   * in FIPS mode, gets one of the others.
   */
  private static final Comparator<String> QUICKEST_FIRST =
      Comparator.comparing(suite -> !suite.contains("_CHACHA20_"));

  /** How long requests that are under way may take when the server stops. */
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(3);

  private final Server server;
  private final ServerConnector connector;
  private final AdmissionHandler handler;

  public AdmissionServer(
      int port,
      ServingCertificate certificate,
      PodAdmission admission,
      AdmissionListener listener) {
    server = new Server(new QueuedThreadPool(THREADS));
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setHeaderCacheSize(NO_HEADER_CACHE);
    http.setIdleTimeout(IDLE_IN_CALL.toMillis());
    // The API server checks our certificate, so the host name that it calls does not matter.
    http.addCustomizer(new SecureRequestCustomizer(false));
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(certificate.sslContext());
    tls.setUseCipherSuitesOrder(true);
    tls.setCipherComparator(QUICKEST_FIRST);
    connector =
        new ServerConnector(
            server, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
    connector.setPort(port);
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    handler = new AdmissionHandler(admission, listener);
    server.setHandler(new GracefulHandler(handler));
    server.setStopTimeout(LAST_REQUESTS.toMillis());
  }

  public void start() {
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("serve admission on port " + connector.getPort(), e);
    }
  }

  public int port() {
    return connector.getLocalPort();
  }

  /** How many connections API servers hold. */
  int connections() {
    return connector.getConnectedEndPoints().size();
  }

  /** The threads that answer. */
  public Executor threads() {
    return server.getThreadPool();
  }

  /**
   * Goes on answering, and ends each connection with its next answer: API servers keep connections,
   * and would otherwise call this replica until it is gone.
   */
  public void drain() {
    handler.closeConnections();
  }

  /** Stops listening; requests that are under way are answered. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("stop serving admission", e);
    }
  }
}
