package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Capacity;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.publish.Events;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records an event where the Ready condition of a tuning says something new, and where a pod was
 * found near what it can hold.
 */
final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private static final String NEAR_LIMIT = "NearLimit";

  private final Events events;

  EventRecorder(Events events) {
    this.events = events;
  }

  void record(WebSocketTuning tuning, WebSocketTuningStatus before, WebSocketTuningStatus after) {
    Conditions.readyNews(conditions(before), conditions(after))
        .ifPresent(
            now -> {
              LOG.info(
                  "msg=\"status changed\" namespace={} tuning={} ready={} reason={} message=\"{}\"",
                  tuning.getMetadata().getNamespace(),
                  tuning.getMetadata().getName(),
                  now.status(),
                  now.reason(),
                  now.message());
              events.create(tuning, now);
            });
    List<String> known = nearLimit(before).map(Near::pod).toList();
    nearLimit(after)
        .filter(near -> !known.contains(near.pod()))
        .forEach(near -> events.warn(tuning, NEAR_LIMIT, near.message()));
  }

  private static List<Condition> conditions(WebSocketTuningStatus status) {
    return status == null ? List.of() : status.conditionsOrEmpty();
  }

  private record Near(String pod, Capacity capacity) {

    String message() {
      return "pod %s held at least four fifths of the %d connections that it can hold (what ends first: %s). Next: run more pods, or raise that limit"
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
