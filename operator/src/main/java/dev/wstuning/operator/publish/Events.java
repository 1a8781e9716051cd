package dev.wstuning.operator.publish;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates events. They are a courtesy: the status shows the same, and a failure is only logged. */
public final class Events {

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  /** Where events of what has no namespace are kept. */
  private static final String WITHOUT_NAMESPACE = "default";

  private final KubernetesClient client;
  private final String instance;
  private final Clock clock;

  /**
   * @param instance the name of this replica
   */
  public Events(KubernetesClient client, String instance, Clock clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  /** Records a condition: a warning if it is False. */
  public void create(HasMetadata about, Condition condition) {
    boolean good = condition.status() != ConditionStatus.False;
    create(about, good ? "Normal" : "Warning", condition.reason(), condition.message());
  }

  public void warn(HasMetadata about, String reason, String message) {
    create(about, "Warning", reason, message);
  }

  private void create(HasMetadata about, String type, String reason, String message) {
    String namespace = about.getMetadata().getNamespace();
    String home = Objects.requireNonNullElse(namespace, WITHOUT_NAMESPACE);
    Instant now = clock.instant();
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String name =
        "%s.%x.%x".formatted(about.getMetadata().getName(), now.toEpochMilli(), message.hashCode());
    try {
      client
          .v1()
          .events()
          .inNamespace(home)
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withNamespace(home)
                  .withName(name)
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
                  .withApiVersion(about.getApiVersion())
                  .withKind(about.getKind())
                  .withNamespace(namespace)
                  .withName(about.getMetadata().getName())
                  .withUid(about.getMetadata().getUid())
                  .endInvolvedObject()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      LOG.warn("msg=\"event not recorded\" problem=\"{}\"", e.getMessage());
    }
  }
}
