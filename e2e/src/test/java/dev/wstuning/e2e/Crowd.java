package dev.wstuning.e2e;

import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Many tunings without pods, in several namespaces: load for the operator's caches. */
final class Crowd {

  private static final int AT_ONCE = 10;

  /** Looking at all of them is work for the API server, too. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Queue<String> namespaces = new ConcurrentLinkedQueue<>();
  private final Installation cluster;
  private final int size;
  private final int each;

  Crowd(Installation cluster, int namespaces, int each) {
    this.cluster = cluster;
    this.size = namespaces * each;
    this.each = each;
  }

  int size() {
    return size;
  }

  /** Creates all as fast as possible, and returns how long it took until each had a status. */
  Duration create() {
    Instant start = Instant.now();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    for (int i = 0; i < size / each; i++) {
      threads.execute(this::fillNamespace);
    }
    threads.shutdown();
    await(size + " tunings with a status").pollInterval(LOOK).until(() -> withStatus() == size);
    return Duration.between(start, Instant.now());
  }

  /** Deletes all. Waits until the operator forgot it, so that no other story is disturbed. */
  void delete() {
    for (String namespace : namespaces) {
      cluster.client().resources(WebSocketTuning.class).inNamespace(namespace).delete();
    }
    await("no webhook entry of the crowd is left")
        .pollInterval(LOOK)
        .until(() -> namespaces.stream().allMatch(n -> cluster.entries(n).isEmpty()));
    namespaces.forEach(cluster::delete);
  }

  private void fillNamespace() {
    String namespace = cluster.namespace("crowd");
    namespaces.add(namespace);
    IntStream.range(0, each).forEach(i -> tune(namespace, i));
  }

  private void tune(String namespace, int number) {
    cluster.tune(
        namespace,
        "tuning-" + number,
        """
        selector: {matchLabels: {app: app-%d}}
        deadPeers: {withinSeconds: 60}
        """
            .formatted(number));
  }

  private long withStatus() {
    return tunings().stream()
        .filter(t -> t.getStatus() != null)
        .filter(t -> t.getMetadata().getGeneration().equals(t.getStatus().observedGeneration()))
        .count();
  }

  private List<WebSocketTuning> tunings() {
    return cluster
        .client()
        .resources(WebSocketTuning.class)
        .inAnyNamespace()
        .list()
        .getItems()
        .stream()
        .filter(t -> namespaces.contains(t.getMetadata().getNamespace()))
        .toList();
  }
}
