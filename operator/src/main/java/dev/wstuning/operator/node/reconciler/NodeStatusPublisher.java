package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.status.NodeTuningStatusFactory;
import dev.wstuning.operator.publish.LiveStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Collection;
import java.util.Optional;

/** Writes a node tuning's status, and an event where it says something new; an equal one is not. */
final class NodeStatusPublisher {

  private final NodeTuningStatusFactory statuses;
  private final NodeEventRecorder events;

  NodeStatusPublisher(NodeTuningStatusFactory statuses, NodeEventRecorder events) {
    this.statuses = statuses;
    this.events = events;
  }

  /** Returns whether the status says that it will change by itself. */
  boolean publish(
      WebSocketNodeTuning tuning,
      Collection<TunedNode> states,
      Optional<String> refused,
      Context<WebSocketNodeTuning> context) {
    WebSocketNodeTuningStatus before = tuning.getStatus();
    WebSocketNodeTuningStatus status = statuses.create(tuning, states, refused);
    if (before != null && Serialization.asJson(before).equals(Serialization.asJson(status))) {
      return waits(status);
    }
    WebSocketNodeTuning fresh = new WebSocketNodeTuning();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withName(tuning.getMetadata().getName())
            .withUid(tuning.getMetadata().getUid())
            .build());
    fresh.setStatus(status);
    if (LiveStatus.write(tuning, fresh, context)) {
      events.record(tuning, before, status);
    }
    return waits(status);
  }

  private static boolean waits(WebSocketNodeTuningStatus status) {
    return status.conditionsOrEmpty().stream().anyMatch(c -> c.type().equals("Reconciling"));
  }
}
