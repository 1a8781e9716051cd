package dev.wstuning.operator.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Capacity;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
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

  private final KubernetesClient client;
  private final String instance;
  private final Clock clock;

  EventRecorder(KubernetesClient client, String instance, Clock clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  void record(WebSocketTuning tuning, WebSocketTuningStatus before, WebSocketTuningStatus after) {
    Condition now = ready(after).orElseThrow();
    boolean news =
        ready(before)
            .filter(c -> c.status() == now.status() && c.reason().equals(now.reason()))
            .isEmpty();
    if (news) {
      LOG.info(
          "msg=\"status changed\" namespace={} tuning={} ready={} reason={} message=\"{}\"",
          tuning.getMetadata().getNamespace(),
          tuning.getMetadata().getName(),
          now.status(),
          now.reason(),
          now.message());
      create(
          tuning,
          now.status() == ConditionStatus.False ? "Warning" : "Normal",
          now.reason(),
          now.message());
    }
    List<String> known = nearLimit(before).map(Near::pod).toList();
    nearLimit(after)
        .filter(near -> !known.contains(near.pod()))
        .forEach(near -> create(tuning, "Warning", NEAR_LIMIT, near.message()));
  }

  private record Near(String pod, Capacity capacity) {

    String message() {
      return "pod %s held at least four fifths of the %d connections that it can hold; %s end first. Next: run more pods, or raise that limit"
          .formatted(pod, capacity.connections(), capacity.bindsFirst());
    }
  }

  private static Stream<Near> nearLimit(WebSocketTuningStatus status) {
    return status == null || status.observations() == null
        ? Stream.empty()
        : status.observations().stream()
            .map(Observation::capacity)
            .filter(c -> c != null && c.nearLimit() != null)
            .flatMap(c -> c.nearLimit().stream().map(pod -> new Near(pod, c)));
  }

  private static Optional<Condition> ready(WebSocketTuningStatus status) {
    List<Condition> conditions = status == null ? List.of() : status.conditionsOrEmpty();
    return conditions.stream().filter(c -> c.type().equals("Ready")).findFirst();
  }

  private void create(WebSocketTuning tuning, String type, String reason, String message) {
    String namespace = tuning.getMetadata().getNamespace();
    Instant now = clock.instant();
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .v1()
          .events()
          .inNamespace(namespace)
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withNamespace(namespace)
                  .withName(
                      "%s.%x.%x"
                          .formatted(
                              tuning.getMetadata().getName(),
                              now.toEpochMilli(),
                              message.hashCode()))
                  .endMetadata()
                  .withType(type)
                  .withReason(reason)
                  .withMessage(message)
                  .withFirstTimestamp(time)
                  .withLastTimestamp(time)
                  .withCount(1)
                  .withReportingComponent("wstuning.dev/operator")
                  .withReportingInstance(instance)
                  .withNewSource()
                  .withComponent("wstuning-operator")
                  .endSource()
                  .withNewInvolvedObject()
                  .withApiVersion(tuning.getApiVersion())
                  .withKind(tuning.getKind())
                  .withNamespace(namespace)
                  .withName(tuning.getMetadata().getName())
                  .withUid(tuning.getMetadata().getUid())
                  .endInvolvedObject()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      // An event is a courtesy; the status says the same.
      LOG.warn("msg=\"event not recorded\" problem=\"{}\"", e.getMessage());
    }
  }
}
