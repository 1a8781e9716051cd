package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads from the API server what a cache does not have yet. Few reads are under way at a time, and
 * what was read is used again, because a cache that is behind is so for every pod.
 */
final class LiveReads {

  private static final int AT_ONCE = 8;

  /** With the time that a read may take this is less than an API server waits for an answer. */
  private static final Duration TURN = Duration.ofMillis(500);

  private static final int REMEMBERED = 500;

  private final KubernetesClient client;
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final Map<String, WebSocketTuning> lastRead =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WebSocketTuning> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param client with a short time-out and without retries, because a caller waits for the answer
   */
  LiveReads(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The tuning that an entry calls for; empty if there is none.
   *
   * @throws KubernetesClientException if it cannot be read in time
   */
  Optional<WebSocketTuning> tuning(String namespace, AdmissionPath path) {
    return known(namespace, path)
        .or(() -> inTurn(() -> known(namespace, path).or(() -> read(namespace, path.name()))));
  }

  /** Without a revision it is not known whether this is new enough. */
  private Optional<WebSocketTuning> known(String namespace, AdmissionPath path) {
    synchronized (lastRead) {
      return Optional.ofNullable(lastRead.get(namespace + "/" + path.name()))
          .filter(t -> path.atLeast().isPresent() && path.isServedBy(t));
    }
  }

  private Optional<WebSocketTuning> read(String namespace, String name) {
    WebSocketTuning tuning =
        client.resources(WebSocketTuning.class).inNamespace(namespace).withName(name).get();
    if (tuning != null) {
      synchronized (lastRead) {
        lastRead.put(namespace + "/" + name, tuning);
      }
    }
    return Optional.ofNullable(tuning);
  }

  /**
   * A namespace.
   *
   * @throws KubernetesClientException also if there is none
   */
  Namespace namespace(String name) {
    Namespace namespace = inTurn(() -> client.namespaces().withName(name).get());
    if (namespace == null) {
      throw new KubernetesClientException("there is no namespace " + name);
    }
    return namespace;
  }

  private <T> T inTurn(Supplier<T> read) {
    try {
      if (!turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new KubernetesClientException(
            "%d reads from the API server are under way".formatted(AT_ONCE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("interrupted", e);
    }
    try {
      return read.get();
    } finally {
      turns.release();
    }
  }
}
