package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.pod.status.InjectionState;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.verdict.VerdictInput;
import dev.wstuning.operator.publish.LiveStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;

/** Writes a tuning's status, and an event where it says something new; an equal one is not. */
final class StatusPublisher {

  private final StatusFactory statuses;
  private final EventRecorder events;

  StatusPublisher(StatusFactory statuses, EventRecorder events) {
    this.statuses = statuses;
    this.events = events;
  }

  void publish(
      WebSocketTuning tuning,
      VerdictInput input,
      InjectionState state,
      Context<WebSocketTuning> context) {
    WebSocketTuningStatus before = tuning.getStatus();
    WebSocketTuningStatus status =
        statuses.create(input, tuning.getMetadata().getGeneration(), state, before);
    if (before != null && Serialization.asJson(before).equals(Serialization.asJson(status))) {
      return;
    }
    WebSocketTuning fresh = new WebSocketTuning();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withName(tuning.getMetadata().getName())
            .withNamespace(tuning.getMetadata().getNamespace())
            .withUid(tuning.getMetadata().getUid())
            .build());
    fresh.setStatus(status);
    if (LiveStatus.write(tuning, fresh, context)) {
      events.record(tuning, before, status);
    }
  }
}
