package dev.wstuning.operator.pod.suspension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Replicas come and go, and what they reported must not add up. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class HeldLeaseTest {

  private static final String NAMESPACE = "wstuning-system";
  private static final String PREFIX = "held.wstuning.dev/";
  private static final Instant OUTDATED = Instant.parse("2026-01-01T12:00:00Z");

  private KubernetesClient client;

  @Test
  void whatIsOutOfDateIsNotReadAndIsRemoved() {
    Held young = held("chat", "2026-01-01T12:00:01Z");
    Held old = held("push", "2026-01-01T11:59:59Z");
    client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName(HeldLease.NAME)
                .withNamespace(NAMESPACE)
                .addToAnnotations(PREFIX + "gone", HeldText.write(List.of(old)))
                .addToAnnotations(PREFIX + "here", HeldText.write(List.of(old, young)))
                .addToAnnotations(PREFIX + "of-another-version", "{\"new\": true}")
                .addToAnnotations("other", "stays")
                .endMetadata()
                .build())
        .create();

    assertThat(HeldLease.all(client, NAMESPACE, OUTDATED)).containsExactly(young);

    Map<String, String> annotations =
        client
            .leases()
            .inNamespace(NAMESPACE)
            .withName(HeldLease.NAME)
            .require()
            .getMetadata()
            .getAnnotations();
    // The mock server keeps the key, without a value.
    annotations.values().removeIf(Objects::isNull);
    assertThat(annotations)
        .containsOnlyKeys(PREFIX + "here", PREFIX + "of-another-version", "other");
  }

  private static Held held(String owner, String nextTry) {
    return new Held(
        new Target(
            "realtime",
            "chat",
            "uid-of-chat",
            new Workload("apps", "Deployment", owner),
            new Mark("0badcafe", "12345678")),
        1,
        Instant.parse("2026-01-01T11:00:00Z"),
        Instant.parse(nextTry),
        false);
  }
}
