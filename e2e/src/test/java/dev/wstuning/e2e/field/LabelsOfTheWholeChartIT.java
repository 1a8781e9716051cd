package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All parts of a chart have the same labels; the observer waits five minutes for the worker. */
@Tag("long")
class LabelsOfTheWholeChartIT {

  private static final String NAMESPACE = "field-labels-of-the-whole-chart";

  /** An observer may wait for five minutes, and must start and be read. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension
  private final FieldCase field = new FieldCase(cluster, "labels-of-the-whole-chart");

  @Test
  void theWorkersThatListenNowhereAreNamed() {
    field.applyAllBut("Deployment");
    cluster.awaitInjection(NAMESPACE, CHAT, true);
    field.apply("Deployment");

    await("the worker is no server").atMost(PATIENCE).until(() -> noServer() != null);

    assertThat(noServer().message())
        .contains("deployment/social-streaming")
        .contains("Next: narrow spec.selector so that it leaves out deployment/social-worker");
  }

  private Condition noServer() {
    return Tunings.condition(cluster.tuning(NAMESPACE, CHAT), "Effective")
        .filter(c -> c.reason().equals("NoServer"))
        .orElse(null);
  }
}
