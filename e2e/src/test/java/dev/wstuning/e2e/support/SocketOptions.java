package dev.wstuning.e2e.support;

import dev.wstuning.e2e.Cluster;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a server's own socket has: the host duplicates its descriptor, and reads the options of the
 * duplicate. Nothing else outside of the server shows all of them.
 *
 * @param userTimeoutMillis 0 for none
 */
public record SocketOptions(
    boolean keepalive, int time, int interval, int probes, int userTimeoutMillis) {

  private static final String SCRIPT = "e2e/src/test/resources/sockets/options.pl";

  /** The connections that a process accepted on a port. */
  public static List<SocketOptions> accepted(Host host, long pid, int port) {
    String script = Installation.read(Cluster.root().resolve(SCRIPT));
    return host.run("perl", "-e", script, String.valueOf(pid), String.valueOf(port))
        .lines()
        .map(SocketOptions::of)
        .toList();
  }

  /**
   * What a new connection has that is made in the pod's network namespace, and lives as long as
   * this call: it needs neither a Service nor the API server.
   */
  public static SocketOptions ofNewConnection(Host host, long pid, int port) {
    String script = Installation.read(Cluster.root().resolve(SCRIPT));
    String connected = "exec 3<>/dev/tcp/127.0.0.1/$2 && sleep 1 && perl -e \"$0\" \"$1\" \"$2\"";
    String number = String.valueOf(pid);
    return host.run(
            "nsenter",
            "-t",
            number,
            "-n",
            "bash",
            "-c",
            connected,
            script,
            number,
            String.valueOf(port))
        .lines()
        .map(SocketOptions::of)
        .findFirst()
        .orElseThrow(() -> new AssertionError("process " + pid + " accepted no connection"));
  }

  private static SocketOptions of(String line) {
    List<Integer> values = Stream.of(line.split(" ")).map(Integer::valueOf).toList();
    return new SocketOptions(
        values.get(0) != 0, values.get(1), values.get(2), values.get(3), values.get(4));
  }

  /** Keepalive in short, as {@link Keepalives} writes what the status says. */
  public String keepaliveText() {
    return keepalive ? "%d/%d/%d".formatted(time, interval, probes) : "off";
  }
}
