package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server restarts more often than it is observed; takes three minutes. */
@Tag("long")
class RestartsOverMonthsIT {

  private static final String NAMESPACE = "field-restarts-over-months";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "restarts-over-months");

  @Test
  void whatWasSeenLastStaysWithItsAge() {
    field.applyAllBut("Deployment");
    cluster.awaitInjection(NAMESPACE, CHAT, true);
    field.apply("Deployment");
    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "True", "Effective");

    // After two restarts, of which the first is observed.
    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "Unknown", "ObservationOutdated");

    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            NAMESPACE,
            CHAT,
            "Ready",
            t ->
                Tunings.condition(t, "Ready")
                    .filter(c -> c.status().name().equals("True"))
                    .isPresent());
    Observation last = tuning.getStatus().observations().get(0);
    assertThat(last.ports().get(0).keepalive().timeSeconds()).isEqualTo(30);
    assertThat(last.observedAt()).isEqualTo(tuning.getStatus().lastObservedTime());
    assertThat(cluster.pods(NAMESPACE, CHAT).get(0).getSpec().getEphemeralContainers())
        .as("observers of the first start and of the first restart")
        .hasSize(2);
  }
}
