package dev.wstuning.operator.fleet;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ConditionStatus;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records an event where the Ready condition of a node tuning says something new. */
final class NodeEventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(NodeEventRecorder.class);

  /** Where events of what has no namespace are kept. */
  private static final String NAMESPACE = "default";

  private final KubernetesClient client;
  private final String instance;
  private final Clock clock;

  NodeEventRecorder(KubernetesClient client, String instance, Clock clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  void record(
      WebSocketNodeTuning tuning,
      WebSocketNodeTuningStatus before,
      WebSocketNodeTuningStatus after) {
    Condition now = ready(after).orElseThrow();
    boolean news =
        ready(before)
            .filter(c -> c.status() == now.status() && c.reason().equals(now.reason()))
            .isEmpty();
    if (news) {
      LOG.info(
          "msg=\"status changed\" nodeTuning={} ready={} reason={} message=\"{}\"",
          tuning.getMetadata().getName(),
          now.status(),
          now.reason(),
          now.message());
      create(tuning, now);
    }
  }

  private static Optional<Condition> ready(WebSocketNodeTuningStatus status) {
    List<Condition> conditions = status == null ? List.of() : status.conditionsOrEmpty();
    return conditions.stream().filter(c -> c.type().equals("Ready")).findFirst();
  }

  private void create(WebSocketNodeTuning tuning, Condition condition) {
    Instant now = clock.instant();
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .v1()
          .events()
          .inNamespace(NAMESPACE)
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withNamespace(NAMESPACE)
                  .withName("%s.%x".formatted(tuning.getMetadata().getName(), now.toEpochMilli()))
                  .endMetadata()
                  .withType(condition.status() == ConditionStatus.False ? "Warning" : "Normal")
                  .withReason(condition.reason())
                  .withMessage(condition.message())
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
