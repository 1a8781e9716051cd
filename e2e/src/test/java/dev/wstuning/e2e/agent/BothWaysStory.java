package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two tunings select a pod, one for each way: the older one owns it, and the other stays away. */
abstract class BothWaysStory {

  private static final String APP = "server-go";
  private static final String ADMISSION = "Admission";
  private static final String NODE_AGENT = "NodeAgent";

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final String namespace = cluster.namespace("both-ways");

  BothWaysStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
  }

  @AfterEach
  void withdraw() {
    cluster.delete(namespace);
    offer.withdraw();
  }

  @Test
  void theOlderOneTunesAtAdmissionThenTheNodeDoesWhenItIsGone() {
    offer.make();
    tune("older", ADMISSION, 300);
    cluster.awaitInjection(namespace, "older", true);
    tune("newer", NODE_AGENT, 111);
    Servers.deployAs(cluster.client(), namespace, APP, APP, site.pinned());

    Pod first = cluster.readyPod(namespace, APP);
    assertThat(Pods.isTuned(first)).isTrue();
    assertThat(keepaliveTime(first)).isEqualTo("300");
    mustConflict();

    cluster.client().resource(cluster.tuning(namespace, "older")).delete();
    cluster.awaitInjection(namespace, "older", false);
    Tunings.awaitCondition(cluster, namespace, "newer", "Applied", "False", "RestartPending");
    Command.kubectl("-n", namespace, "rollout", "restart", "deployment/" + APP);
    Tunings.awaitCondition(cluster, namespace, "newer", "Ready", "True", "Effective");

    Pod second = cluster.readyPod(namespace, APP);
    assertThat(Pods.isTuned(second)).isFalse();
    assertThat(keepaliveTime(second)).isEqualTo("111");
  }

  @Test
  void theOlderOneHasTheNodeTuneAndNothingIsInjected() {
    offer.make();
    tune("older", NODE_AGENT, 300);
    // Creation times are whole seconds.
    Installation.pause(Duration.ofMillis(1100));
    tune("newer", ADMISSION, 111);
    cluster.awaitInjection(namespace, "newer", true);
    Servers.deployAs(cluster.client(), namespace, APP, APP, site.pinned());

    Pod pod = cluster.readyPod(namespace, APP);

    assertThat(pod.getSpec().getInitContainers()).isEmpty();
    assertThat(pod.getSpec().getSecurityContext().getSysctls()).isEmpty();
    assertThat(keepaliveTime(pod)).isEqualTo("300");
    mustConflict();
  }

  /** The wishes are the same, so a pod that was tuned in the other way has them. */
  @Test
  void aTuningThatChangesItsWayRestartsNothing() {
    offer.make();
    tune("older", ADMISSION, 300, "rollout: {existingPods: Restart}");
    cluster.awaitInjection(namespace, "older", true);
    Servers.deployAs(cluster.client(), namespace, APP, APP, site.pinned());
    Tunings.awaitCondition(cluster, namespace, "older", "Ready", "True", "Effective");
    Pod before = cluster.readyPod(namespace, APP);

    tune("older", NODE_AGENT, 300, "rollout: {existingPods: Restart}");
    cluster.awaitInjection(namespace, "older", false);
    Tunings.awaitCondition(cluster, namespace, "older", "Ready", "True", "Effective");
    Installation.pause(Duration.ofSeconds(10));

    Pod after = cluster.readyPod(namespace, APP);
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    assertThat(keepaliveTime(after)).isEqualTo("300");
  }

  private void mustConflict() {
    Tunings.awaitCondition(cluster, namespace, "older", "Accepted", "True", "Conflicted");
    Tunings.awaitCondition(cluster, namespace, "newer", "Accepted", "False", "Conflicted");
  }

  private String keepaliveTime(Pod pod) {
    long pid = site.host().serverPid(pod, Servers.CONTAINER, Servers.PORT);
    return site.host().sysctl(pid, "net.ipv4.tcp_keepalive_time");
  }

  private void tune(String name, String via, int seconds, String... more) {
    cluster.tune(
        namespace,
        name,
        """
        via: %s
        selector: {matchLabels: {app: %s}}
        keepalive: {timeSeconds: %d, intervalSeconds: 10, probes: 5}
        %s
        """
            .formatted(via, APP, seconds, String.join("\n", more)));
    if (via.equals(NODE_AGENT)) {
      cluster.awaitPlan(namespace, name);
    }
  }
}
