package dev.wstuning.e2e.constellation;

import static java.util.stream.Collectors.toCollection;

import dev.wstuning.e2e.support.FirstProbe;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Host.Held;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the host shows of a server while clients are connected to it.
 *
 * @param serving the names of those of its processes that hold clients' connections and have the
 *     lowest limit
 * @param limit that limit
 * @param keepalive of each port the first probe on the worst of its connections; empty where the
 *     timer of one does not run
 * @param processes how many processes the server's container has
 */
record Sight(
    Set<String> serving,
    Host.Limit limit,
    SortedMap<Integer, OptionalInt> keepalive,
    int processes) {

  private static final Host HOST = Host.LOCAL;

  /** Connects to the ports of a pod, and looks at what comes of it. */
  static Sight of(Pod pod, Ports ports) {
    try (Clients clients = Clients.of(pod, ports)) {
      List<Held> accepted = accepted(pod, clients);
      Set<Long> holders = new TreeSet<>();
      accepted.forEach(socket -> holders.addAll(socket.holders()));
      Host.Limit lowest =
          holders.stream()
              .map(HOST::openFiles)
              .min(Comparator.comparing(Host.Limit::soft))
              .orElseThrow(() -> new AssertionError("no process accepted a connection"));
      return new Sight(
          holders.stream()
              .filter(pid -> HOST.openFiles(pid).equals(lowest))
              .map(HOST::name)
              .collect(toCollection(TreeSet::new)),
          lowest,
          keepalive(accepted),
          HOST.processes(pod, Servers.CONTAINER).size());
    } catch (IOException e) {
      throw new AssertionError("connect to " + pod.getMetadata().getName(), e);
    }
  }

  /** The clients' connections, once all are accepted and no retransmission hides keepalive. */
  private static List<Held> accepted(Pod pod, Clients clients) {
    List<Held> accepted = List.of();
    for (int attempt = 0; attempt < 20; attempt++) {
      Installation.pause(Duration.ofMillis(500));
      accepted =
          HOST.connections(pod, Servers.CONTAINER).stream()
              .filter(socket -> clients.ports().contains(socket.peerPort()))
              .toList();
      if (accepted.size() == clients.ports().size()
          && accepted.stream().noneMatch(socket -> Host.busy(socket.line()))) {
        return accepted;
      }
    }
    throw new AssertionError(
        "%d connections, and these were accepted: %s".formatted(clients.ports().size(), accepted));
  }

  private static SortedMap<Integer, OptionalInt> keepalive(List<Held> accepted) {
    SortedMap<Integer, OptionalInt> worst = new TreeMap<>();
    for (Held socket : accepted) {
      OptionalInt probe = FirstProbe.of(Host.keepaliveTimer(socket.line()));
      worst.merge(socket.port(), probe, Sight::worse);
    }
    return worst;
  }

  private static OptionalInt worse(OptionalInt one, OptionalInt other) {
    return one.isEmpty() || other.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(one.getAsInt(), other.getAsInt()));
  }

  /** The reason of Effective that follows from the worst of these ports. */
  String reason(List<Integer> ports) {
    OptionalInt worst = ports.stream().map(keepalive::get).reduce(Sight::worse).orElseThrow();
    if (worst.isEmpty()) {
      return "KeepaliveOff";
    }
    return worst.getAsInt() > FirstProbe.ASKED_SECONDS ? "ApplicationOverrides" : "Effective";
  }

  String text() {
    return Figures.text(String.join(", ", serving), limit.soft(), keepalive);
  }
}
