package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods that must not be tuned are left alone in both ways, and the status gives one reason. */
abstract class ExcludedPodStory {

  private static final String APP = "server-python";

  /**
   * Away from the port of the operator and of other tests, which are on the node's network, too.
   */
  private static final int PORT = 18081;

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final String namespace = cluster.namespace("excluded");

  ExcludedPodStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
  }

  @AfterEach
  void withdraw() {
    cluster.delete(namespace);
    offer.withdraw();
  }

  @ParameterizedTest
  @CsvSource({
    "hostPID: true,               host's processes",
    "shareProcessNamespace: true, shareProcessNamespace",
  })
  void theReasonIsTheSameInBothWays(String field, String reason) {
    offer.make();

    for (String via : List.of("Admission", "NodeAgent")) {
      assertThat(skipped(via, field).message()).as(via).contains(reason);
    }
  }

  /** Its network is the node's: what a mistake would change, every pod would feel. */
  @Test
  void aPodOnTheNodesNetworkChangesNothingOfTheNode() {
    offer.make();
    String ofTheNode = site.host().sysctl("net.ipv4.tcp_keepalive_time");

    Condition applied = skipped("NodeAgent", "hostNetwork: true");

    assertThat(applied.message()).contains("host's network");
    assertThat(site.host().sysctl("net.ipv4.tcp_keepalive_time")).isEqualTo(ofTheNode);
  }

  private Condition skipped(String via, String field) {
    String name = "by-" + via.toLowerCase(Locale.ROOT);
    cluster.tune(
        namespace,
        name,
        """
        via: %s
        selector: {matchLabels: {app: %s}}
        container: server
        keepalive: {timeSeconds: 311, intervalSeconds: 10, probes: 5}
        """
            .formatted(via, name));
    if (via.equals("Admission")) {
      cluster.awaitInjection(namespace, name, true);
    } else {
      cluster.awaitPlan(namespace, name);
    }
    Servers.deployAs(
        cluster.client(), namespace, APP, name, yaml -> with(field, site.pinned().apply(yaml)));
    Pod pod = cluster.readyPod(namespace, name);

    assertThat(pod.getSpec().getInitContainers()).isEmpty();
    long pid = site.host().serverPid(pod, Servers.CONTAINER, PORT);
    assertThat(site.host().sysctl(pid, "net.ipv4.tcp_keepalive_time")).isNotEqualTo("311");
    return Tunings.awaitCondition(cluster, namespace, name, "Applied", "False", "PodsSkipped");
  }

  private static String with(String field, String yaml) {
    return yaml.replace("value: \"8080\"", "value: \"%d\"".formatted(PORT))
        .replace("containerPort: 8080", "containerPort: " + PORT)
        .replace(
            "      terminationGracePeriodSeconds:",
            "      %s%n      terminationGracePeriodSeconds:".formatted(field));
  }
}
