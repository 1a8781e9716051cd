package dev.wstuning.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

/** Of sockets of this process, as the host reads them. */
class SocketOptionsTest {

  @Test
  void theOptionsAreThoseThatTheServerSet() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket listener = new ServerSocket(0, 2, loopback);
        Socket first = new Socket(loopback, listener.getLocalPort());
        Socket accepted = listener.accept();
        Socket second = new Socket(loopback, listener.getLocalPort());
        Socket untouched = listener.accept()) {
      accepted.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      accepted.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 33);
      accepted.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 7);
      accepted.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

      var seen =
          SocketOptions.accepted(
              Host.LOCAL, ProcessHandle.current().pid(), listener.getLocalPort());

      assertThat(seen).as("not the listener, and no end of a client").hasSize(2);
      assertThat(seen).contains(new SocketOptions(true, 33, 7, 3, 0));
      assertThat(seen)
          .extracting(SocketOptions::keepaliveText)
          .containsExactlyInAnyOrder("33/7/3", "off");
      assertThat(List.of(first, second, untouched)).noneMatch(Socket::isClosed);
    }
  }

  @Test
  void aConnectionIsMadeForTheLook() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
      var accepted = CompletableFuture.supplyAsync(() -> accept(listener));

      var seen =
          SocketOptions.ofNewConnection(
              Host.LOCAL, ProcessHandle.current().pid(), listener.getLocalPort());

      assertThat(seen.keepalive()).isTrue();
      accepted.join().close();
    }
  }

  private static Socket accept(ServerSocket listener) {
    try {
      Socket accepted = listener.accept();
      accepted.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      return accepted;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
