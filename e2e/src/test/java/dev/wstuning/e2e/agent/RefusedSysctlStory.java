package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A sysctl that the kernel refuses, because of one that the pod's owner sets. */
abstract class RefusedSysctlStory {

  private static final String APP = "server-go";
  private static final String TUNING = "chat";
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final String namespace = cluster.namespace("refused");

  RefusedSysctlStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
  }

  @AfterEach
  void withdraw() {
    cluster.delete(namespace);
    offer.withdraw();
  }

  /** The container runtime fails to create the container then; the kubelet tries again. */
  @Test
  void thePodStartsAllTheSameAndTheStatusHasTheKey() {
    offer.make();
    tune("Start");
    deploy();

    Pod pod = cluster.readyPod(namespace, APP);

    long pid = site.host().serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(site.host().sysctl(pid, "net.ipv4.ip_local_port_range")).isNotEqualTo("1024 65535");
    assertThat(site.host().sysctl(pid, "net.ipv4.ip_unprivileged_port_start")).isEqualTo("2000");
    Condition applied =
        Tunings.awaitCondition(cluster, namespace, TUNING, "Applied", "False", "WriteFailed");
    assertThat(applied.message()).contains("net.ipv4.ip_local_port_range");
  }

  @Test
  void withHoldTheServerDoesNotStart() {
    offer.make();
    tune("Hold");
    deploy();
    await("its pod").until(() -> cluster.pods(namespace, APP).size() == 1);

    Tunings.awaitCondition(cluster, namespace, TUNING, "Applied", "False", "WriteFailed");
    Installation.pause(LONG_ENOUGH);

    assertThat(cluster.pods(namespace, APP).get(0).getStatus().getContainerStatuses())
        .extracting(ContainerStatus::getStarted)
        .doesNotContain(true);
  }

  private void tune(String tuningError) {
    cluster.tune(
        namespace,
        TUNING,
        """
        via: NodeAgent
        selector: {matchLabels: {app: %s}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        sysctls: [{name: net.ipv4.ip_local_port_range, value: "1024 65535"}]
        onFailure: {tuningError: %s}
        """
            .formatted(APP, tuningError));
    cluster.awaitPlan(namespace, TUNING);
  }

  /** No port of the range may be one that only root may use. */
  private void deploy() {
    Servers.deployAs(
        cluster.client(),
        namespace,
        APP,
        APP,
        yaml ->
            site.pinned()
                .apply(yaml)
                .replace(
                    "        runAsNonRoot: true\n",
                    """
                            sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "2000"}]
                            runAsNonRoot: true
                    """));
  }
}
