package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The statuses of all tunings, as a watch shows them from now on. */
final class Statuses implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Queue<State> history = new ConcurrentLinkedQueue<>();
  private final Map<String, State> present = new ConcurrentHashMap<>();
  private final SharedIndexInformer<WebSocketTuning> informer;

  Statuses(Installation cluster) {
    this.informer =
        cluster.client().resources(WebSocketTuning.class).inAnyNamespace().inform(new Handler());
  }

  /** Waits until this many of them are so, and returns when the last one became so. */
  Instant await(String what, int count, Duration patience, Predicate<State> so) {
    try {
      Awaitility.await(what)
          .atMost(patience)
          .pollInterval(LOOK)
          .until(() -> present(so).size() >= count);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "not within %s: %d %s; %d are, others are such as %s"
              .formatted(
                  patience,
                  count,
                  what,
                  present(so).size(),
                  present(so.negate()).stream().limit(3).toList()),
          e);
    }
    return present(so).stream().map(State::at).max(Comparator.naturalOrder()).orElseThrow();
  }

  /** Those that are so now. */
  List<State> present(Predicate<State> so) {
    return present.values().stream().filter(so).toList();
  }

  /** All that was seen since then, in order. */
  List<State> since(Instant start) {
    return history.stream().filter(s -> !s.at().isBefore(start)).toList();
  }

  @Override
  public void close() {
    informer.close();
  }

  private final class Handler implements ResourceEventHandler<WebSocketTuning> {
    @Override
    public void onAdd(WebSocketTuning tuning) {
      State state = State.of(Instant.now(), tuning);
      history.add(state);
      present.put(state.key(), state);
    }

    @Override
    public void onUpdate(WebSocketTuning before, WebSocketTuning tuning) {
      // What a list repeats is nothing new.
      if (!version(before).equals(version(tuning))) {
        onAdd(tuning);
      }
    }

    @Override
    public void onDelete(WebSocketTuning tuning, boolean finalStateUnknown) {
      present.remove(State.of(Instant.now(), tuning).key());
    }

    private static String version(WebSocketTuning tuning) {
      return tuning.getMetadata().getResourceVersion();
    }
  }
}
