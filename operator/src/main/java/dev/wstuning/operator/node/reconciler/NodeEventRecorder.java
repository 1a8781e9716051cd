package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.publish.Events;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records an event where the Ready condition of a node tuning says something new. */
final class NodeEventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(NodeEventRecorder.class);

  private final Events events;

  NodeEventRecorder(Events events) {
    this.events = events;
  }

  void record(
      WebSocketNodeTuning tuning,
      WebSocketNodeTuningStatus before,
      WebSocketNodeTuningStatus after) {
    Conditions.readyNews(conditions(before), conditions(after))
        .ifPresent(
            now -> {
              LOG.info(
                  "msg=\"status changed\" nodeTuning={} ready={} reason={} message=\"{}\"",
                  tuning.getMetadata().getName(),
                  now.status(),
                  now.reason(),
                  now.message());
              events.create(tuning, now);
            });
  }

  private static List<Condition> conditions(WebSocketNodeTuningStatus status) {
    return status == null ? List.of() : status.conditionsOrEmpty();
  }
}
