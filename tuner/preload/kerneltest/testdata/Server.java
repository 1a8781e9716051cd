// The server of server.c in Java, which has no TCP_USER_TIMEOUT.

import static jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL;
import static java.net.StandardSocketOptions.SO_KEEPALIVE;

import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

class Server {
  public static void main(String[] arguments) throws Exception {
    try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress(arguments[0], 0));
        var outgoing = SocketChannel.open(listener.getLocalAddress());
        var accepted = listener.accept()) {
      if (arguments[1].equals("accepted")) {
        int time = Integer.parseInt(arguments[2]);
        accepted.setOption(SO_KEEPALIVE, time > 0);
        if (time > 0) {
          accepted.setOption(TCP_KEEPIDLE, time);
          accepted.setOption(TCP_KEEPINTERVAL, Integer.parseInt(arguments[3]));
          accepted.setOption(TCP_KEEPCOUNT, Integer.parseInt(arguments[4]));
        }
      }
      System.out.println("ready");
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
