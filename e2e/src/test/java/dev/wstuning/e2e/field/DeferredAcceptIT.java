package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Tunings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A listener that accepts a connection when data comes. Needs the images of make servers. */
@Tag("together")
class DeferredAcceptIT {

  private static final String NAMESPACE = "field-deferred-accept";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "deferred-accept");

  @Test
  void keepaliveIsSeenWithoutAnyClient() {
    field.applyAllBut("Deployment");
    cluster.awaitInjection(NAMESPACE, CHAT, true);
    field.apply("Deployment");

    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "True", "Effective");

    assertThat(cluster.tuning(NAMESPACE, CHAT).getStatus().observations().get(0).ports())
        .singleElement()
        .satisfies(port -> assertThat(port.keepalive().timeSeconds()).isEqualTo(30));
  }
}
