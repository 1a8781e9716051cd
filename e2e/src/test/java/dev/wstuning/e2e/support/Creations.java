package dev.wstuning.e2e.support;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Ten pods a second are created, however long a creation takes, until this is closed. */
public final class Creations implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** More than are under way while each waits for a webhook that does not answer. */
  private static final int AT_ONCE = 50;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService creators = Executors.newFixedThreadPool(AT_ONCE);
  private final Queue<Creation> creations = new ConcurrentLinkedQueue<>();
  private final Supplier<Pod> pods;

  /**
   * @param at when it was requested
   * @param ended when there was an answer, or none would come any more
   * @param pod empty if the API server did not answer
   */
  public record Creation(Instant at, Instant ended, Optional<Pod> pod) {}

  private Creations(Supplier<Pod> pods) {
    this.pods = pods;
  }

  /** Creates pods such as the reference there is in this namespace, by dry run. */
  public static Creations start(Installation cluster, String namespace) {
    return start(() -> ReferencePod.create(cluster, namespace), 1);
  }

  /**
   * All ten of a second at once. The API server then keeps as many connections to replicas, and
   * does not live on one of them that happens to hold.
   *
   * @param pods creates one, and returns what became of it
   */
  public static Creations inBursts(Supplier<Pod> pods) {
    return start(pods, 10);
  }

  private static Creations start(Supplier<Pod> pods, int together) {
    Creations creations = new Creations(pods);
    creations.clock.scheduleAtFixedRate(
        () ->
            IntStream.range(0, together)
                .forEach(i -> creations.creators.execute(creations::create)),
        0,
        INTERVAL.multipliedBy(together).toMillis(),
        TimeUnit.MILLISECONDS);
    return creations;
  }

  private void create() {
    Instant at = Instant.now();
    try {
      creations.add(created(at, Optional.of(pods.get())));
    } catch (KubernetesClientException e) {
      creations.add(created(at, Optional.empty()));
    }
  }

  private static Creation created(Instant at, Optional<Pod> pod) {
    return new Creation(at, Instant.now(), pod);
  }

  /** Waits for those that are under way, and returns all. */
  public List<Creation> stop() {
    close();
    return creations.stream().sorted(Comparator.comparing(Creation::at)).toList();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    creators.shutdown();
    try {
      creators.awaitTermination(Deadline.STATE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
