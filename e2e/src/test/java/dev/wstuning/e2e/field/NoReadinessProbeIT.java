package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Samples;
import dev.wstuning.e2e.support.Tunings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kubelet calls a server ready that listens half a minute later. */
@Tag("together")
class NoReadinessProbeIT {

  private static final String NAMESPACE = "field-no-readiness-probe";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "no-readiness-probe");

  @Test
  void theServerIsObservedWhenItListensAndNothingIsSaidAgainstItBefore() {
    field.applyAllBut("Deployment");
    cluster.awaitInjection(NAMESPACE, CHAT, true);

    try (Samples<String> effective = Samples.of(this::effective)) {
      field.apply("Deployment");

      Tunings.awaitStatus(
          cluster,
          NAMESPACE,
          CHAT,
          "both pods are effective",
          t -> "2/2".equals(t.getStatus().summary().effective()));
      assertThat(effective.seen()).doesNotContain("False").contains("Unknown", "True");
    }
  }

  private String effective() {
    return Tunings.condition(cluster.tuning(NAMESPACE, CHAT), "Effective")
        .map(c -> c.status().name())
        .orElse("none");
  }
}
