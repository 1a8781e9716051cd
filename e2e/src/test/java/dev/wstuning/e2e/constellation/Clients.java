package dev.wstuning.e2e.constellation;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** TCP clients of a pod: each sent a byte, which a deferred accept waits for, and stays. */
final class Clients implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 10_000;

  private final List<Socket> sockets = new ArrayList<>();
  private final Set<Integer> ports = new HashSet<>();

  private Clients() {}

  static Clients of(Pod pod, Ports ports) throws IOException {
    Clients clients = new Clients();
    try {
      for (int port : ports.all()) {
        for (int i = 0; i < ports.connectionsToEach(); i++) {
          clients.connect(new InetSocketAddress(pod.getStatus().getPodIP(), port));
        }
      }
      return clients;
    } catch (IOException e) {
      clients.close();
      throw e;
    }
  }

  private void connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.connect(address, PATIENCE_MILLIS);
    socket.getOutputStream().write('x');
    ports.add(socket.getLocalPort());
  }

  /** The clients' own ports. */
  Set<Integer> ports() {
    return ports;
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
