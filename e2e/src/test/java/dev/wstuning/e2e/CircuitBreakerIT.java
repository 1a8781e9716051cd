package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that cannot start because of what was injected stop the injection. */
class CircuitBreakerIT {

  private static final String TUNER = "WST_TUNER_IMAGE";
  private static final String IMAGE = "localhost/wstuning/tuner:0.2.0";

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("breaker");
  }

  @AfterEach
  void restore() {
    cluster.delete(namespace);
    useTuner(IMAGE);
  }

  @Test
  void withAnImageThatDoesNotExistTheReplacementPodServesUntuned() {
    useTuner("localhost/wstuning/tuner:0.0.0-none");
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);

    Instant created = Instant.now();
    Servers.deploy(cluster.client(), namespace, "server-go");

    Condition applied =
        Tunings.awaitCondition(
            cluster, namespace, "chat", "Applied", "False", "InjectionSuspended");
    cluster.awaitInjection(namespace, "chat", false);
    assertThat(Duration.between(created, Instant.now())).isLessThan(Duration.ofSeconds(30));
    assertThat(applied.message()).contains("wstuning.dev/retry");

    Pod untuned = cluster.readyPod(namespace, "server-go");
    assertThat(untuned.getSpec().getInitContainers()).isEmpty();
    WebSocket socket = Servers.connect(cluster.client(), namespace, "server-go");
    socket.abort();

    // The command of the message alone tries again, and finds the cause unchanged.
    Command.kubectl(
        "-n", namespace, "annotate", "wst", "chat", "--overwrite", "wstuning.dev/retry=once");
    cluster.awaitInjection(namespace, "chat", true);
    Command.kubectl("-n", namespace, "rollout", "restart", "deployment/server-go");
    cluster.awaitInjection(namespace, "chat", false);

    // Another image ends the suspension by itself.
    useTuner(IMAGE);
    cluster.awaitInjection(namespace, "chat", true);
    Command.kubectl("-n", namespace, "rollout", "restart", "deployment/server-go");
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
  }

  private void useTuner(String image) {
    Command.kubectl(
        "-n",
        Operator.NAMESPACE,
        "set",
        "env",
        "deployment/" + Operator.DEPLOYMENT,
        TUNER + "=" + image);
    Operator.replaced(cluster.client());
  }
}
