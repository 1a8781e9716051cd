package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Capacity;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.publish.Events;
import dev.wstuning.operator.publish.StatusNews;
import java.util.List;
import java.util.stream.Stream;

/** Records an event if a pod was found near its capacity. */
final class NearLimitEvents implements StatusNews<WebSocketTuning, WebSocketTuningStatus> {

  private static final String NEAR_LIMIT = "NearLimit";

  private final Events events;

  NearLimitEvents(Events events) {
    this.events = events;
  }

  @Override
  public void record(
      WebSocketTuning tuning, WebSocketTuningStatus before, WebSocketTuningStatus after) {
    List<String> known = nearLimit(before).map(Near::pod).toList();
    nearLimit(after)
        .filter(near -> !known.contains(near.pod()))
        .forEach(near -> events.warn(tuning, NEAR_LIMIT, near.message()));
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
