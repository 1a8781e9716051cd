package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Keepalives;
import dev.wstuning.e2e.support.Samples;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The port of metrics listens at once, the declared one 20 s later, with its own keepalive. */
@Tag("together")
class MetricsPortFirstIT {

  private static final String NAMESPACE = "field-metrics-port-first";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "metrics-port-first");

  @Test
  void theServerIsJudgedByTheDeclaredPort() {
    field.applyAllBut("Deployment");
    cluster.awaitInjection(NAMESPACE, CHAT, true);

    try (Samples<String> effective = Samples.of(this::effective)) {
      field.apply("Deployment");

      Condition overrides =
          Tunings.awaitCondition(
              cluster, NAMESPACE, CHAT, "Effective", "False", "ApplicationOverrides");
      assertThat(overrides.message()).contains("8080", "3600");
      assertThat(effective.seen()).doesNotContain("True");
    }
    WebSocketTuning tuning = cluster.tuning(NAMESPACE, CHAT);
    assertThat(tuning.getStatus().observations().get(0).ports())
        .filteredOn(port -> port.port() == 8080)
        .singleElement()
        .satisfies(port -> assertThat(Keepalives.text(port.keepalive())).startsWith("3600/"));
  }

  private String effective() {
    return Tunings.condition(cluster.tuning(NAMESPACE, CHAT), "Effective")
        .map(c -> c.status().name())
        .orElse("none");
  }
}
