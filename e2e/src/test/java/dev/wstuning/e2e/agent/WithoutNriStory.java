package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node whose container runtime has no NRI: it is reported, and admission tunes as before. */
abstract class WithoutNriStory {

  private static final String APP = "server-go";

  private final Installation cluster = Installation.withOperator();
  private final Site site;
  private final PodsOffer offer;
  private final ServerByNode server;
  private final String admitted = cluster.namespace("without-nri");

  WithoutNriStory(Site site) {
    this.site = site;
    this.offer = new PodsOffer(cluster, site);
    this.server = new ServerByNode(cluster, site, cluster.namespace("without-nri"));
  }

  @AfterEach
  void giveBack() {
    cluster.delete(admitted);
    cluster.delete(server.namespace());
    offer.withdraw();
    cluster.install(UnaryOperator.identity());
  }

  @Test
  void theNodeSaysSoNothingBreaksAndAdmissionRemains() {
    cluster.install(WithoutNriStory::lookingElsewhere);
    offer.apply("");

    PodServing pods = offer.awaitPods("does not tune pods", p -> !p.isServing());

    assertThat(pods.message()).contains("NRI");
    server.tune();
    server.deploy();
    server.mustBeUntuned(server.pid());
    assertThat(
            Tunings.awaitCondition(
                    cluster,
                    server.namespace(),
                    ServerByNode.TUNING,
                    "Applied",
                    "False",
                    "NoNodeAgent")
                .message())
        .contains(site.node());
    admissionTunes();
  }

  private void admissionTunes() {
    cluster.tune(
        admitted,
        "chat",
        """
        selector: {matchLabels: {app: %s}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """
            .formatted(APP));
    cluster.awaitInjection(admitted, "chat", true);
    Servers.deployAs(cluster.client(), admitted, APP, APP, site.pinned());
    Pod pod = cluster.readyPod(admitted, APP);

    assertThat(Pods.isTuned(pod)).isTrue();
    long pid = site.host().serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(site.host().sysctl(pid, "net.ipv4.tcp_keepalive_time")).isEqualTo("300");
  }

  /**
   * The operator, and the policy of agents, know sockets in the same folders that are not there.
   */
  private static String lookingElsewhere(String manifest) {
    String changed = manifest.replace("/nri.sock", "/none.sock");
    assertThat(changed).as("the place where agents look for NRI").isNotEqualTo(manifest);
    return changed;
  }
}
