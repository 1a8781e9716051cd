package dev.wstuning.e2e.servers;

import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.SocketOptions;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/** The servers of a place in a namespace of their own, tuned in one way. */
final class Measurement {

  /** Reasons of Effective that a look at the server will replace. */
  private static final Set<String> WAITING = Set.of("NoPods", "NotObserved");

  private final Installation cluster;
  private final Place place;
  private final Way way;
  private final String namespace;

  Measurement(Installation cluster, Place place, Way way) {
    this.cluster = cluster;
    this.place = place;
    this.way = way;
    this.namespace = cluster.namespace("servers", way.namespaceLabels());
  }

  Way way() {
    return way;
  }

  void deploy() {
    if (way.tuned()) {
      for (Server server : place.servers()) {
        cluster.tune(namespace, server.app(), place.completed(way.tuning(server)));
      }
    }
    if (way.byNode) {
      cluster.awaitPlans(namespace, place.servers().stream().map(Server::app).toList());
    } else if (way.tuned()) {
      await("a webhook entry for each tuning in " + namespace)
          .until(() -> cluster.entries(namespace).size() == place.servers().size());
      // The API server has no way to say that it has seen a change of its configurations.
      Installation.pause(Duration.ofSeconds(1));
    }
    for (Server server : place.servers()) {
      Servers.deployAs(
          cluster.client(),
          namespace,
          server.manifest(),
          server.app(),
          yaml -> place.pods().apply(server, server.configure(yaml, way)));
    }
  }

  /** What the host shows of a client's connection. */
  Seen seen(Server server) {
    long pid = pid(server);
    return whileConnected(server, () -> Seen.of(place.host(), pid));
  }

  private <T> T whileConnected(Server server, Supplier<T> look) {
    WebSocket socket =
        Servers.connect(cluster.client(), namespace, server.app(), server.protocol());
    try {
      return look.get();
    } finally {
      socket.abort();
    }
  }

  /** What the host shows, next to what the status shows. */
  Cell cell(Server server) {
    Pod pod = pod(server);
    if (way.byNode) {
      // The agent measures connections of clients, and makes none itself.
      return whileConnected(server, () -> cell(server, pod, awaitObserved(server)));
    }
    WebSocketTuning tuning = awaitObserved(server);
    return whileConnected(server, () -> cell(server, pod, tuning));
  }

  private Cell cell(Server server, Pod pod, WebSocketTuning tuning) {
    Host host = place.host();
    long holder = host.holder(pod, Servers.CONTAINER, Servers.PORT);
    return new Cell(
        Seen.of(host, pid(server)),
        SocketOptions.accepted(host, holder, Servers.PORT),
        host.openFiles(holder),
        tuning.getStatus().observations().get(0),
        Tunings.condition(tuning, "Effective").orElseThrow());
  }

  private WebSocketTuning awaitObserved(Server server) {
    return Tunings.awaitStatus(
        cluster,
        namespace,
        server.app(),
        "pod observed",
        t ->
            t.getStatus().observationsOrEmpty().size() == 1
                && (!way.byNode || measured(t.getStatus().observations().get(0)))
                && Tunings.condition(t, "Effective")
                    .filter(c -> !WAITING.contains(c.reason()))
                    .isPresent());
  }

  private static boolean measured(Observation observation) {
    return observation.ports() != null
        && observation.ports().stream().anyMatch(p -> "Kernel".equals(p.evidence()));
  }

  private long pid(Server server) {
    return place.host().serverPid(pod(server), Servers.CONTAINER, Servers.PORT);
  }

  String version(Server server) {
    Pod pod = pod(server);
    return server.versionIn(
        cluster.client().pods().resource(pod).inContainer(Servers.CONTAINER).getLog());
  }

  void delete() {
    cluster.delete(namespace);
  }

  private Pod pod(Server server) {
    return cluster.readyPod(namespace, server.app());
  }
}
