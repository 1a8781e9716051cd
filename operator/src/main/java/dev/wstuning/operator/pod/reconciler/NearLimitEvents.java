package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Capacity;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.publish.Events;
import dev.wstuning.operator.publish.StatusNews;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Records an event if a pod was found near its capacity. Counts change all the time, and a pod may
 * go to and fro across the line: so there is one for each pod, and the next one much later.
 */
final class NearLimitEvents implements StatusNews<WebSocketTuning, WebSocketTuningStatus> {

  private static final String NEAR_LIMIT = "NearLimit";

  static final Duration PAUSE = Duration.ofMinutes(10);

  private final Events events;
  private final LongSupplier nanoTime;

  /** When there was an event, by the pod, by the uid of the tuning; forgotten after the pause. */
  private final Map<String, Map<String, Long>> recorded = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  NearLimitEvents(Events events, LongSupplier nanoTime) {
    this.events = events;
    this.nanoTime = nanoTime;
  }

  @Override
  public void record(
      WebSocketTuning tuning, WebSocketTuningStatus before, WebSocketTuningStatus after) {
    List<String> known = nearLimit(before).map(Near::pod).toList();
    List<Near> fresh = nearLimit(after).filter(near -> !known.contains(near.pod())).toList();
    if (!fresh.isEmpty()) {
      Map<String, Long> pods =
          recorded.computeIfAbsent(tuning.getMetadata().getUid(), uid -> new ConcurrentHashMap<>());
      long now = nanoTime.getAsLong();
      pods.values().removeIf(at -> now - at >= PAUSE.toNanos());
      fresh.stream()
          .filter(near -> pods.putIfAbsent(near.pod(), now) == null)
          .forEach(near -> events.warn(tuning, NEAR_LIMIT, near.message()));
    }
  }

  @Override
  public void forget(String uid) {
    recorded.remove(uid);
  }

  private record Near(String pod, Capacity capacity) {

    String message() {
      return "pod %s held at least four fifths of the %d connections that it can hold (it reaches the %s limit first). Next: run more pods, or raise that limit"
          .formatted(pod, capacity.connections(), capacity.bindsFirst());
    }
  }

  private static Stream<Near> nearLimit(WebSocketTuningStatus status) {
    return status == null
        ? Stream.empty()
        : status.observationsOrEmpty().stream()
            .map(Observation::capacity)
            .filter(c -> c != null && c.nearLimit() != null)
            .flatMap(c -> c.nearLimit().stream().map(pod -> new Near(pod, c)));
  }
}
