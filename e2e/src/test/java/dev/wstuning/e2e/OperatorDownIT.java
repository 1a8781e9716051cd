package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Arrays;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of pods while no replica of the operator answers. */
class OperatorDownIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("down");
  }

  @AfterEach
  void restore() {
    cluster.delete(namespace);
    Operator.scale(2);
  }

  @Test
  void aPodStartsUntunedIsCountedAsMissedAndTheMessageEndsWithTheCommandThatHelps() {
    tune("");
    cluster.awaitInjection(namespace, "chat", true);
    // A creation time has no fraction of a second: the pod must be younger beyond doubt.
    Installation.pause(Duration.ofSeconds(4));
    Operator.scale(0);

    Servers.deploy(cluster.client(), namespace, "server-go");
    Pod pod = cluster.readyPod(namespace, "server-go");
    assertThat(pod.getSpec().getInitContainers()).isEmpty();
    Operator.scale(2);

    Condition applied =
        Tunings.awaitCondition(cluster, namespace, "chat", "Applied", "False", "PodsMissed");
    assertThat(cluster.tuning(namespace, "chat").getStatus().pods().missed()).isEqualTo(1);
    String command = applied.message().substring(applied.message().indexOf("Next: ") + 6);
    assertThat(command)
        .isEqualTo("kubectl -n %s rollout restart deployment/server-go".formatted(namespace));

    String[] words = command.split(" ");
    Command.kubectl(Arrays.copyOfRange(words, 1, words.length));

    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
    assertThat(cluster.tuning(namespace, "chat").getStatus().pods().missed()).isZero();
  }

  @Test
  void withRejectNoPodIsCreated() {
    tune("onFailure: {operatorDown: Reject}");
    cluster.awaitInjection(namespace, "chat", true);
    Operator.scale(0);

    Pod pod = Pods.labelled("server-go").build();

    Assertions.assertThatThrownBy(
            () -> cluster.client().pods().inNamespace(namespace).resource(pod).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("chat." + namespace + ".wstuning.dev");
  }

  private void tune(String more) {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        %s
        """
            .formatted(more));
  }
}
