package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Deadline;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Parallel;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More tunings in one namespace than a webhook configuration holds. */
@Tag("together")
class ManyTuningsIT {

  private static final int TUNINGS = 120;
  private static final int EACH = 10;

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("many");

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void theirEntriesAreSpreadAndWorkAndLeaveNothing() {
    List<String> names = IntStream.range(0, TUNINGS).mapToObj(i -> "chat-" + i).toList();
    Parallel.forEach(
        names,
        name ->
            cluster.tune(
                namespace,
                name,
                """
                selector: {matchLabels: {app: %s}}
                keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
                """
                    .formatted(name)));

    await("all entries")
        .atMost(Deadline.STATE.multipliedBy(2))
        .until(() -> cluster.entries(namespace).size() == TUNINGS);
    assertThat(cluster.entries(namespace)).doesNotHaveDuplicates();
    assertThat(cluster.configurations(namespace))
        .hasSize((TUNINGS + EACH - 1) / EACH)
        .allSatisfy(c -> assertThat(c.getWebhooks()).hasSizeLessThanOrEqualTo(EACH));
    await("API servers know the entries")
        .untilAsserted(
            () ->
                assertThat(names)
                    .allSatisfy(name -> assertThat(admitted(name)).matches(Pods::isTuned)));

    cluster.client().resources(WebSocketTuning.class).inNamespace(namespace).delete();

    await("no configuration is left")
        .atMost(Deadline.STATE.multipliedBy(2))
        .until(() -> cluster.configurations(namespace).isEmpty());
  }

  private Pod admitted(String app) {
    return cluster
        .client()
        .pods()
        .inNamespace(namespace)
        .resource(Pods.labelled(app).build())
        .dryRun()
        .create();
  }
}
