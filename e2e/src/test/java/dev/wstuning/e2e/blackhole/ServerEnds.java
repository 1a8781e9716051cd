package dev.wstuning.e2e.blackhole;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The established connections of a server by the port of the client, read from the host's /proc:
 * what ss shows in the pod's network namespace, at a cost that bears five looks a second.
 */
record ServerEnds(Map<Integer, End> byClientPort) {

  private static final String ESTABLISHED = "01";

  /**
   * @param exists whether the kernel still has the connection
   * @param unacknowledged bytes that the client has not acknowledged
   */
  record End(boolean exists, long unacknowledged) {}

  static ServerEnds of(long pid, int serverPort) {
    Map<Integer, End> ends = new HashMap<>();
    for (String table : new String[] {"tcp", "tcp6"}) {
      try {
        Files.readAllLines(Path.of("/proc/%d/net/%s".formatted(pid, table))).stream()
            .skip(1)
            .map(line -> line.trim().split("\\s+"))
            .filter(fields -> port(fields[1]) == serverPort && fields[3].equals(ESTABLISHED))
            .forEach(fields -> ends.put(port(fields[2]), new End(true, queue(fields[4]))));
      } catch (IOException e) {
        throw new UncheckedIOException("connections of process " + pid, e);
      }
    }
    return new ServerEnds(ends);
  }

  Set<Integer> ports() {
    return byClientPort.keySet();
  }

  End of(int clientPort) {
    return byClientPort.getOrDefault(clientPort, new End(false, 0));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static long queue(String sentAndReceived) {
    return Long.parseLong(sentAndReceived.substring(0, sentAndReceived.indexOf(':')), 16);
  }
}
