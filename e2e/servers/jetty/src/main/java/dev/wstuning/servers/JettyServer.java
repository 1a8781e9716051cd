package dev.wstuning.servers;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Jetty;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** The Jetty sample server: a WebSocket echo at /ws, with the socket options that Jetty sets. */
public final class JettyServer {

  private JettyServer() {}

  public static void main(String[] args) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setPort(8080);
    server.addConnector(connector);
    WebSocketUpgradeHandler sockets =
        WebSocketUpgradeHandler.from(
            server,
            container -> {
              // Idle clients are what keepalive is for: Jetty would close them after 30 s.
              container.setIdleTimeout(Duration.ZERO);
              container.addMapping("/ws", (request, response, callback) -> new Echo());
            });
    sockets.setHandler(new Health());
    server.setHandler(sockets);
    server.setStopAtShutdown(true);
    server.start();
    System.out.println("server-jetty listening port=8080 version=" + Jetty.VERSION);
    server.join();
  }

  /** Sends each text message back. */
  public static final class Echo implements Session.Listener.AutoDemanding {
    private Session session;

    @Override
    public void onWebSocketOpen(Session session) {
      this.session = session;
    }

    @Override
    public void onWebSocketText(String message) {
      session.sendText(message, org.eclipse.jetty.websocket.api.Callback.NOOP);
    }
  }

  private static final class Health extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!Request.getPathInContext(request).equals("/healthz")) {
        return false;
      }
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      Content.Sink.write(response, true, "ok", callback);
      return true;
    }
  }
}
