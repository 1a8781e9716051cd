package dev.wstuning.e2e.constellation;

import static java.util.stream.Collectors.toMap;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Deadline;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** All constellations at once, in one namespace. */
final class Constellations {

  /** Looking at the host reads all of its processes. */
  private static final int LOOKED_AT_ONCE = 3;

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("constellations");
  private final Map<Constellation, Future<Cell>> cells = new HashMap<>();

  /** A failure is reported by the test that reads the result. */
  void measure() throws InterruptedException {
    deploy();
    ExecutorService looks = Executors.newFixedThreadPool(LOOKED_AT_ONCE);
    List<Constellation> waiting = new ArrayList<>(Constellation.ALL);
    Instant end = Instant.now().plus(Deadline.STATE);
    while (!waiting.isEmpty() && Instant.now().isBefore(end)) {
      Map<String, WebSocketTuning> tunings = tunings();
      for (Constellation constellation : List.copyOf(waiting)) {
        WebSocketTuning tuning = tunings.get(constellation.app());
        if (Cell.isSettled(constellation, tuning)) {
          waiting.remove(constellation);
          cells.put(constellation, looks.submit(() -> cell(constellation, tuning)));
        }
      }
      Installation.pause(Duration.ofSeconds(1));
    }
    Map<String, WebSocketTuning> last = tunings();
    waiting.forEach(c -> cells.put(c, unsettled(last.get(c.app()))));
    looks.shutdown();
    looks.awaitTermination(Deadline.STATE.toSeconds(), TimeUnit.SECONDS);
  }

  /** The tunings must be known before the pods are created. */
  private void deploy() {
    Constellation.ALL.forEach(c -> cluster.tune(namespace, c.app(), c.tuning()));
    await("a webhook entry for each tuning")
        .until(() -> cluster.entries(namespace).size() == Constellation.ALL.size());
    // The API server has no way to say that it has seen a change of its configurations.
    Installation.pause(Duration.ofSeconds(1));
    ConstellationPod pods =
        new ConstellationPod(
            Servers.deployment(cluster.client(), "server-python")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getImage());
    Constellation.ALL.forEach(
        c -> cluster.client().pods().inNamespace(namespace).resource(pods.of(c)).create());
  }

  private Map<String, WebSocketTuning> tunings() {
    return cluster
        .client()
        .resources(WebSocketTuning.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .collect(toMap(t -> t.getMetadata().getName(), t -> t));
  }

  private Cell cell(Constellation constellation, WebSocketTuning tuning) {
    return new Cell(
        constellation,
        tuning,
        Sight.of(cluster.readyPod(namespace, constellation.app()), constellation.ports()));
  }

  private static Future<Cell> unsettled(WebSocketTuning tuning) {
    FutureTask<Cell> failed =
        new FutureTask<>(
            () -> {
              throw new AssertionError("nothing was concluded: " + Installation.yaml(tuning));
            });
    failed.run();
    return failed;
  }

  Cell cell(Constellation constellation) throws InterruptedException, ExecutionException {
    return cells.get(constellation).get();
  }

  void delete() {
    cluster.delete(namespace);
  }
}
