package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cluster's administrator changes the guard rails while the operator runs. */
class GuardRailsIT {

  private static final String SERVER = "server-go";

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("untouched");

  @AfterEach
  void delete() {
    set("null");
    cluster.delete(namespace);
  }

  @Test
  void aNamespaceThatIsNoLongerToBeTouchedLosesItsEntryAndKeepsItsPods() {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        rollout: {existingPods: Restart}
        """);
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deploy(cluster.client(), namespace, SERVER);
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
    String tuned = uid();

    set("\"%s\"".formatted(namespace));

    cluster.awaitInjection(namespace, "chat", false);
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "False", "ForbiddenNamespace");
    assertThat(uid()).isEqualTo(tuned);
    Command.kubectl("-n", namespace, "rollout", "restart", "deployment/" + SERVER);
    await("a pod as its owner wrote it").until(() -> !uid().equals(tuned));
    assertThat(cluster.readyPod(namespace, SERVER)).matches(pod -> !Pods.isTuned(pod));

    set("null");

    cluster.awaitInjection(namespace, "chat", true);
    await("the restart goes on").until(() -> Pods.isTuned(cluster.readyPod(namespace, SERVER)));
  }

  private String uid() {
    return cluster.readyPod(namespace, SERVER).getMetadata().getUid();
  }

  /**
   * @param namespaces as JSON
   */
  private static void set(String namespaces) {
    Command.kubectl(
        "-n",
        Operator.NAMESPACE,
        "patch",
        "configmap/wstuning-guard-rails",
        "--type=merge",
        "-p",
        "{\"data\": {\"untouchedNamespaces\": %s}}".formatted(namespaces));
  }
}
